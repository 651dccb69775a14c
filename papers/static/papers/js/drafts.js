/* What is being written is kept: by the server after a pause, and on this device until the server has said that it has
   it. One entry a form, by member and target; of two texts the newer stands in the form, the other is offered. */
(() => {
  "use strict";
  const mine = `draft:${document.currentScript.dataset.member}:`;
  const PAUSE = 2000;
  const KEPT_FOR = 30 * 24 * 3600 * 1000;
  const page = crypto.randomUUID?.() ?? String(Math.random());
  const on = (type, act, options) => document.addEventListener(type, act, options);
  const words = () => document.querySelector("#draft").dataset;
  const token = () => document.querySelector("#post [name=csrfmiddlewaretoken]").value;

  // A browser may forbid the store, or it may be full: then the server alone keeps drafts.
  const store = (act) => { try { return act(localStorage); } catch { return null; } };
  const read = (key) => store((kept) => JSON.parse(kept.getItem(key)));
  const write = (key, entry) => store((kept) => kept.setItem(key, JSON.stringify(entry)));
  const keys = () => store((kept) => Object.keys(kept).filter((key) => key.startsWith(mine))) ?? [];
  // A second text outlives the first: it is offered when the form opens again.
  const forget = (key) => {
    const other = read(key)?.other;
    if (other) write(key, { ...other, seen: "", page });
    else store((kept) => kept.removeItem(key));
  };

  const writing = (root) => [...root.querySelectorAll("form[data-target]")];
  const formOf = (element) => element.closest?.("form[data-target]");
  const keyOf = (form) => mine + form.dataset.target;
  const texts = (form) => [...form.querySelectorAll("textarea[data-draft]")];
  const fields = (form) => [...form.elements].filter(({ name, type }) => name && !["csrfmiddlewaretoken", "draft"].includes(name) && type !== "submit");
  const valuesOf = (form) => Object.fromEntries(fields(form).map(({ name, value }) => [name, value]));
  const stampOf = (form) => form.elements.draft;
  // What the server has as the text itself; unknown where it has given a refused form back.
  const savedOf = (form, text) => "again" in form.dataset ? null : "kept" in form.dataset ? text.dataset.saved : text.defaultValue;
  const nothingNew = (form) => texts(form).every((text) => !text.value.trim()) || texts(form).every((text) => text.value === savedOf(form, text));
  const sameShape = (form, values) => (values.shape ?? "") === (form.elements.shape?.value ?? "");
  const sameWords = (form, values) => sameShape(form, values) && texts(form).every(({ name, value }) => value === (values[name] ?? ""));
  const time = (at) => new Date(at).toTimeString().slice(0, 5);

  const say = (form, sentence) => {
    let line = form.querySelector(".draft-state");
    if (!line && !sentence) return;
    if (!line) {
      line = document.createElement("p");
      line.className = "help draft-state";
      form.querySelector(".actions").before(line);
    }
    line.textContent = sentence;
  };

  const post = async (target, values, seen, leaving) => {
    const body = new URLSearchParams({ ...values, target, writer: page, draft: seen });
    try {
      const keepalive = leaving === true && String(body).length < 60000;
      const answer = await fetch("/drafts/", { method: "POST", headers: { "X-CSRFToken": token() }, body, keepalive, redirect: "manual" });
      return { ok: answer.ok, ...await answer.json() };
    } catch {
      return { ok: false };
    }
  };
  const NOTHING = { body: "", shape: "free" };

  /* One request a form at a time; what changed meanwhile goes with the next. */
  const going = new WeakMap();
  const stateOf = (form) => going.get(form) ?? going.set(form, {}).get(form);
  const send = async (form, leaving) => {
    const state = stateOf(form);
    clearTimeout(state.timer);
    if (!state.waits || state.done || (state.busy && leaving !== true)) return;
    state.waits = false;
    state.busy = true;
    const at = state.at;
    const values = nothingNew(form) ? NOTHING : valuesOf(form);
    state.asked = post(form.dataset.target, values, stampOf(form).value, leaving);
    const answer = await state.asked;
    state.busy = false;
    if (answer.ok) stampOf(form).value = answer.stamp;
    if (state.done) {
      // The text was saved meanwhile: this draft of it has come too late.
      if (answer.stamp) post(form.dataset.target, NOTHING, answer.stamp);
      return;
    }
    const entry = read(keyOf(form));
    if (entry?.page === page && answer.ok) write(keyOf(form), { ...entry, seen: answer.stamp, sent: at === state.at });
    if (at === state.at) {
      state.waits = !answer.ok;
      say(form, answer.sentence ?? words().offline);
    } else {
      later(form);
    }
  };
  const later = (form) => {
    const state = stateOf(form);
    state.waits = true;
    clearTimeout(state.timer);
    state.timer = setTimeout(send, PAUSE, form);
  };

  const keep = (form) => {
    const key = keyOf(form);
    const before = read(key);
    stateOf(form).at = Date.now() + Math.random();
    say(form, "");
    if (nothingNew(form)) {
      forget(key);
      if (!stampOf(form).value && !stateOf(form).busy) return clearTimeout(stateOf(form).timer);
    } else {
      const foreign = before && before.page !== page && !before.sent && { at: before.at, values: before.values };
      write(key, { at: Date.now(), values: valuesOf(form), seen: stampOf(form).value, page, other: foreign || before?.other });
    }
    later(form);
  };

  const fill = (form, values) => {
    for (const field of fields(form)) field.value = values[field.name] ?? field.value;
    form.closest("details")?.setAttribute("open", "");
    texts(form)[0].dispatchEvent(new Event("input", { bubbles: true }));
  };
  const line = (form, name, at) => {
    const made = document.querySelector("#draft").content.querySelector(name).cloneNode(true);
    const when = made.querySelector("time");
    if (when) when.textContent = time(at);
    form.querySelector(name)?.remove();
    texts(form)[0].closest("fieldset, .field").prepend(made);
  };

  /* A draft is gone when its writer says so, though the server may hear of it later, or on the next page. */
  const goneOf = (form) => `gone:${keyOf(form)}`;
  const discard = async (form) => {
    const stamp = stampOf(form).value;
    clearTimeout(stateOf(form).timer);
    stateOf(form).waits = false;
    stampOf(form).value = "";
    forget(keyOf(form));
    if (!stamp) return;
    write(goneOf(form), stamp);
    const { ok } = await post(form.dataset.target, NOTHING, stamp, true);
    if (ok && read(goneOf(form)) === stamp) store((kept) => kept.removeItem(goneOf(form)));
  };
  const empty = (form) => {
    for (const text of texts(form)) text.value = savedOf(form, text) ?? "";
    form.querySelector(".draft")?.remove();
    say(form, "");
  };

  let wanted = "";
  const open = (form) => {
    const key = keyOf(form);
    if (stampOf(form).value && read(goneOf(form)) === stampOf(form).value) {
      form.dataset.kept = "";
      discard(form);
      return empty(form);
    }
    const entry = read(key);
    const line0 = form.querySelector("[data-kept]");
    if (line0) form.dataset.kept = "";
    if ("again" in form.dataset && wanted !== key) return keep(form);
    if (!entry) return;
    const stamp = stampOf(form).value;
    if (sameWords(form, entry.values)) {
      if (stamp || entry.other) write(key, { ...entry, seen: stamp, page, sent: true });
      else forget(key);
    } else if (entry.sent) {
      // The server had it: it was saved or discarded elsewhere, or there is a newer one.
      return forget(key);
    } else if (!sameShape(form, entry.values) && wanted !== key) {
      // The form has to have the fields of what is to stand in it.
      wanted = key;
      return form.querySelector("[data-reshape]").click();
    } else {
      wanted = "";
      const theirs = stamp && stamp !== entry.seen && { at: stamp / 1000, values: valuesOf(form) };
      const here = { at: entry.at, values: entry.values };
      const newest = theirs && theirs.at > entry.at ? theirs : here;
      const other = theirs ? (newest === theirs ? here : theirs) : entry.other;
      // With its version, so that what was saved elsewhere since then is shown and not written over.
      write(key, { ...newest, seen: stamp, page, other, sent: newest === theirs });
      if (newest === here) {
        line0?.remove();
        fill(form, here.values);
        line(form, ".draft");
      }
    }
    const { other } = read(key) ?? {};
    if (other) line(form, ".other", other.at);
  };

  const end = (form) => {
    stateOf(form).done = true;
    clearTimeout(stateOf(form).timer);
    forget(keyOf(form));
  };

  on("input", ({ target }) => { if (target.form?.dataset.target) keep(target.form); });
  on("focusout", ({ target, relatedTarget }) => {
    // Whoever goes to the form's button is about to save.
    if (target.matches("textarea[data-draft]") && relatedTarget?.form !== target.form) send(target.form);
  });
  // The text itself waits for a draft of it that is on its way, so that no draft comes after it; but not for long.
  on("htmx:confirm", (event) => {
    const { elt, issueRequest } = event.detail;
    if (!elt.matches("form[data-target]")) return;
    const state = stateOf(elt);
    clearTimeout(state.timer);
    if (!state.busy) return;
    event.preventDefault();
    Promise.race([state.asked, new Promise((then) => { setTimeout(then, 3000); })]).then(() => setTimeout(issueRequest, 0, true));
  });
  const leave = () => { for (const form of writing(document)) send(form, true); };
  addEventListener("pagehide", leave);
  on("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  addEventListener("online", () => { for (const form of writing(document)) send(form); });

  on("htmx:load", ({ detail: { elt } }) => {
    for (const form of elt.matches("form[data-target]") ? [elt] : writing(elt)) open(form);
  });
  on("htmx:beforeOnLoad", ({ detail: { elt, xhr, requestConfig } }) => {
    if (xhr.status !== 200 || requestConfig.verb === "get") return;
    if (elt.matches("form[data-target]")) end(elt);
    if (requestConfig.verb === "delete") forget(mine + requestConfig.path.replace(/^\/(note|post)s\/(\d+)\/$/, "$1:$2"));
  });
  on("click", (event) => {
    const { target } = event;
    const form = formOf(target);
    if (!form || !target.closest("[data-discard], [data-other], .actions > a[hx-get]")) return;
    if (target.closest("[data-other]")) {
      const { other } = read(keyOf(form));
      const now = { at: Date.now(), values: valuesOf(form) };
      fill(form, other.values);
      write(keyOf(form), { ...read(keyOf(form)), other: now });
      line(form, ".other", now.at);
      return;
    }
    // Discarded, or the change given up.
    discard(form);
    if (!target.closest("[data-discard]")) return;
    event.preventDefault();
    empty(form);
    texts(form)[0].focus();
  });
  // What the server has need not stay on a device that others may use.
  on("submit", ({ submitter }) => {
    if (!submitter?.matches("[formaction*='/logout/']")) return;
    for (const key of keys()) if (read(key)?.sent) forget(key);
  });

  /* What could not be sent from another page, or before the session ended, is sent now. */
  const catchUp = async () => {
    for (const key of keys()) {
      const entry = read(key);
      if (!(Date.now() - entry?.at < KEPT_FOR)) {
        store((kept) => kept.removeItem(key));
      } else if (!entry.sent && !writing(document).some((form) => keyOf(form) === key)) {
        const { ok, stamp } = await post(key.slice(mine.length), entry.values, entry.seen);
        if (ok) write(key, { ...entry, seen: stamp, sent: true });
      }
    }
  };
  on("DOMContentLoaded", catchUp);
})();
