/* Shows the copy that keep.js put by: balance, and of each voucher number, code, title and last day. */
(() => {
  "use strict";
  const shown = document.getElementById("kept");
  if (!shown || !("caches" in window)) return;

  const fill = (root, values) => {
    for (const place of root.querySelectorAll("[data-fill]")) place.textContent = values[place.dataset.fill] || "";
  };
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());

  const show = async () => {
    const kept = await caches.match("/me/offline-copy.json", { cacheName: "own" });
    if (!kept) return;
    const copy = await kept.json();
    fill(shown, { balance: copy.balance, seen: copy.seen });
    const list = shown.querySelector("[data-vouchers]");
    const form = document.getElementById("kept-voucher");
    const usable = copy.vouchers.filter((voucher) => voucher.last >= today);
    for (const voucher of usable) {
      const row = form.content.cloneNode(true);
      fill(row, { ...voucher, number: String(voucher.number) });
      const groups = row.querySelector("[data-groups]");
      for (const group of voucher.code.split(" ")) {
        const part = document.createElement("span");
        part.textContent = group;
        groups.append(part);
      }
      list.append(row);
    }
    shown.querySelector("[data-none]").hidden = usable.length > 0;
    shown.hidden = false;
    document.getElementById("nothing-kept").remove(); /* with its heading: a page has one */
  };
  show();
  addEventListener("online", () => location.replace("/me"));
})();
