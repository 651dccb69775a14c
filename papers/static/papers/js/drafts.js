/* What is being written stays on this device until the server has it: a lost line, a closed lid or an ended session
   loses no text. One entry a form, by member and address; signing out forgets them all. */
(() => {
  "use strict";
  const mine = `draft:${document.currentScript.dataset.member}:`;
  const KEPT_FOR = 30 * 24 * 3600 * 1000;
  const on = (type, act) => document.addEventListener(type, act);
  const textOf = (form) => form?.querySelector("textarea[data-draft]");
  const keyOf = (form) => mine + new URL(form.getAttribute("action"), location).pathname;
  const fieldsOf = (form) => [...form.querySelectorAll("textarea, select, input:not([type=hidden]), [name=version]")];
  // A browser may forbid the store, or it may be full: then the page works as it does without.
  const store = (act) => { try { return act(localStorage); } catch { return null; } };
  const forget = (key) => store((kept) => kept.removeItem(key));
  const keys = () => store((kept) => Object.keys(kept).filter((key) => key.startsWith(mine))) ?? [];

  const keep = (form) => {
    const text = textOf(form);
    if (!text.value.trim() || text.value === text.defaultValue) return forget(keyOf(form));
    const values = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
    store((kept) => kept.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values })));
  };

  const bringBack = (form) => {
    const { values } = store((kept) => JSON.parse(kept.getItem(keyOf(form)))) ?? {};
    const text = textOf(form);
    if (!values?.body || values.body === text.value) return;
    // With its version, so that what was saved elsewhere since then is shown and not written over.
    for (const field of fieldsOf(form)) field.value = values[field.name] ?? field.value;
    form.closest("details")?.setAttribute("open", "");
    text.before(document.querySelector("#draft").content.cloneNode(true));
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };

  on("input", ({ target }) => { if (textOf(target.form)) keep(target.form); });
  on("htmx:load", ({ detail }) => {
    const forms = [...detail.elt.querySelectorAll("form"), detail.elt].filter((element) => element.matches("form"));
    for (const form of forms) if (textOf(form)) bringBack(form);
  });
  on("htmx:beforeOnLoad", ({ detail }) => {
    if (detail.xhr.status !== 200 || detail.requestConfig.verb === "get") return;
    const path = new URL(detail.requestConfig.path, location).pathname;
    forget(mine + path);
    forget(`${mine}${path}edit/`);
  });
  on("click", ({ target }) => {
    const form = target.closest("form");
    if (!textOf(form) || !target.closest("[data-discard], a[hx-get]")) return;
    forget(keyOf(form));
    if (!target.closest("[data-discard]")) return;
    const text = textOf(form);
    text.value = text.defaultValue;
    target.closest(".draft").remove();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
  on("submit", ({ submitter }) => {
    if (submitter?.matches("[formaction*='/logout/']")) keys().forEach(forget);
  });

  for (const key of keys()) {
    const at = store((kept) => JSON.parse(kept.getItem(key)).at);
    if (!(Date.now() - at < KEPT_FOR)) forget(key);
  }
})();
