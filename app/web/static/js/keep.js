/* Keeps the last seen balance and vouchers for times without network; see worker.js and offline.js. */
(() => {
  "use strict";
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  const copy = document.querySelector("meta[name=own-copy]");

  const keep = async () => {
    await navigator.serviceWorker.register("/worker.js", { scope: "/", updateViaCache: "none" });
    if (!copy) return;
    const answer = await fetch(copy.content, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 401 || answer.status === 403) await caches.delete("own");
    else if (answer.ok && !answer.redirected) await (await caches.open("own")).put("/me/offline-copy.json", answer);
  };
  keep().catch(() => { /* no network or no room: the copy of before stays */ });
})();
