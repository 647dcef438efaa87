/* The voucher's code is asked for again before it ends. Without script a link does the same. */
(() => {
  "use strict";
  const place = document.querySelector("[data-refresh]");
  if (!place) return;

  let end = 0;
  const start = () => {
    const counter = place.querySelector("[data-countdown]");
    end = Date.now() + Number(counter ? counter.dataset.countdown : 50) * 1000;
  };
  const refresh = async () => {
    end = Date.now() + 5000; /* after a failure, again in five seconds */
    try {
      const answer = await fetch(place.dataset.refresh, { headers: { "HX-Request": "true" } });
      if (answer.redirected || answer.status === 409 || answer.status === 410) {
        location.reload(); /* used, lapsed, or signed out: the page says which */
        return;
      }
      if (answer.ok) {
        place.innerHTML = await answer.text();
        start();
      }
    } catch {
      /* offline: the typed code below still holds */
    }
  };
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const counter = place.querySelector("[data-countdown]");
    if (counter) counter.textContent = String(left);
    if (left === 0 && !document.hidden) refresh();
  };
  start();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
})();
