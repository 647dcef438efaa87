/* Every page works without this; it makes some things quicker. No inline code, no eval. */
(() => {
  "use strict";
  const words = document.body.dataset;

  /* Dialogs: a link to a page opens the same content in place. */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog && dialog.showModal) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    if (event.target instanceof HTMLDialogElement) event.target.close(); /* a tap beside it */

    const copier = event.target.closest("[data-copy]");
    if (copier && navigator.clipboard) {
      const label = copier.querySelector("span") || copier;
      const before = label.textContent;
      navigator.clipboard.writeText(copier.dataset.copy).then(() => {
        label.textContent = words.copied;
        setTimeout(() => { label.textContent = before; }, 2000);
      });
      return;
    }
    const closer = event.target.closest("[data-dismiss-now]");
    if (closer) closer.closest("[data-dismissable]").remove();
  });

  /* A form is sent once; a second tap while it is under way does nothing. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.hasAttribute("data-once")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button) {
      button.setAttribute("aria-busy", "true");
      button.dataset.before = button.innerHTML;
      button.textContent = words.busy;
    }
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-busy]")) {
        button.removeAttribute("aria-busy");
        if (button.dataset.before) button.innerHTML = button.dataset.before;
      }
    }
  });

  /* Theme and elder view change at once; the form is sent without leaving the page. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!form.hasAttribute("data-preferences") || !button || !["theme", "text"].includes(button.name)) return;
    event.preventDefault();
    const wish = new FormData(form, button);
    fetch(form.action, { method: "POST", body: wish, redirect: "manual" })
      .then(() => location.reload())
      .catch(() => form.submit());
    document.documentElement.dataset[button.name] = button.value;
  });

  /* The connection: said when it goes, taken back when it comes. */
  const told = document.createElement("div");
  told.setAttribute("role", "status");
  const tell = () => {
    if (navigator.onLine || document.getElementById("kept")) {
      told.replaceChildren();
      return;
    }
    const box = document.createElement("p");
    box.className = "notice tone-warn connection";
    box.textContent = words.offline;
    told.replaceChildren(box);
  };
  document.body.append(told);
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();

  const enhance = (root) => {
    if (navigator.clipboard) for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
    for (const box of root.querySelectorAll("[data-dismissable]:not(:has([data-dismiss-now]))")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button--icon notice__close";
      button.setAttribute("data-dismiss-now", "");
      button.setAttribute("aria-label", words.dismiss);
      button.textContent = "×";
      box.append(button);
    }
    const errors = root.querySelector("[data-focus]");
    if (errors) errors.focus();
    for (const zone of root.querySelectorAll("[data-drop]")) {
      const field = zone.querySelector("input[type=file]");
      for (const kind of ["dragover", "dragleave", "drop"]) {
        zone.addEventListener(kind, (event) => {
          event.preventDefault();
          zone.classList.toggle("file--over", kind === "dragover");
          if (kind === "drop") {
            field.files = event.dataTransfer.files;
            field.dispatchEvent(new Event("change", { bubbles: true }));
          }
        });
      }
    }
  };
  enhance(document);
  document.addEventListener("htmx:after:swap", () => enhance(document.getElementById("main") || document));

  /* Receipts are printed with their reasons. */
  addEventListener("beforeprint", () => {
    for (const why of document.querySelectorAll("details.why:not([open])")) {
      why.open = true;
      why.dataset.printed = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const why of document.querySelectorAll("details[data-printed]")) {
      why.open = false;
      delete why.dataset.printed;
    }
  });
})();
