/* Shows how much of a file has been sent. Without script the form is posted as it is. */
(() => {
  "use strict";

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const file = form.querySelector("input[type=file]");
    const panel = form.querySelector("[data-upload-panel]");
    if (event.defaultPrevented || !form.hasAttribute("data-upload") || !panel || !file.files.length) return;
    event.preventDefault();
    const bar = panel.querySelector("progress");
    const words = panel.querySelector("[data-upload-text]");
    const request = new XMLHttpRequest();

    request.upload.addEventListener("progress", (step) => {
      bar.max = step.total;
      bar.value = step.loaded;
      words.textContent = `${Math.floor((step.loaded / step.total) * 100)}%`;
    });
    request.addEventListener("load", () => {
      if (request.status < 400) {
        location.assign(request.responseURL);
        return;
      }
      /* refused: show the page that says why, with what was typed */
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const main = page.getElementById("main");
      if (main) document.getElementById("main").replaceWith(main);
    });
    request.addEventListener("error", () => {
      panel.hidden = true;
      dispatchEvent(new Event("pageshow")); /* the button is free again */
    });
    panel.hidden = false;
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(new FormData(form));
  });
})();
