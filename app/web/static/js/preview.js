/* Reads the sample again while a profile is written, and shows the rows as it would read them. Without script
   the buttons of the form do the same. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-preview]");
  if (!form) return;
  const file = form.querySelector("input[type=file]");
  const text = form.querySelector("textarea[name=text]");
  const told = form.querySelector("[data-preview-told]");
  const MOST = 1024 * 1024; /* bytes of the file that are looked at */
  const PAUSE = 600; /* milliseconds after the last key */
  let waiting = 0;
  let asked = 0;

  const say = (name) => {
    told.textContent = name ? told.dataset[name] : "";
    told.hidden = !name;
  };
  const show = (page, drafts) => {
    for (const id of drafts ? ["rows", "columns"] : ["rows"]) {
      const part = page.getElementById(id);
      if (part) document.getElementById(id).replaceChildren(...part.childNodes);
    }
    const fault = page.getElementById("errors");
    if (fault) document.getElementById("rows").replaceChildren(fault);
    const written = page.querySelector("textarea[name=text]");
    if (drafts && !fault && written) text.value = written.value;
  };
  const ask = async (drafts) => {
    clearTimeout(waiting);
    if (!file.files.length) return;
    const mine = ++asked;
    say("busy");
    const sent = new FormData(form);
    sent.set("file", file.files[0].slice(0, MOST), file.files[0].name);
    try {
      const answer = await fetch(drafts ? form.dataset.draft : form.dataset.preview, {
        method: "POST",
        body: sent,
        headers: { Accept: "text/html" },
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== asked) return; /* a later question is under way */
      show(page, drafts);
      say("done");
    } catch {
      say(""); /* offline: the buttons are still there */
    }
  };

  form.addEventListener("input", (event) => {
    if (event.target !== text) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(false), PAUSE);
  });
  form.addEventListener("change", (event) => {
    const fresh = form.hasAttribute("data-fresh") && text.value === text.defaultValue;
    if (event.target === file) ask(fresh); /* what somebody wrote is not written over */
    else if (event.target.name?.startsWith("column_")) ask(true);
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !button.hasAttribute("formaction") || !file.files.length) return;
    event.preventDefault(); /* the file stays chosen */
    ask(button.formAction === new URL(form.dataset.draft, location).href);
  });
})();
