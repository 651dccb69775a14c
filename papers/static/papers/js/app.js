/* What the pages need beside htmx. Everything works without it, with one more page load. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const on = (type, act, options) => document.addEventListener(type, act, options);
  const token = () => $("#post [name=csrfmiddlewaretoken]")?.value ?? "";
  const toasts = () => $("#toasts");

  document.documentElement.classList.add("js");

  /* Toasts. A text for what the server cannot say stands in the page, in the reader's language. */
  const toast = (text) => {
    const box = $("#toast")?.content.firstElementChild.cloneNode(true);
    if (!box || !text) return;
    box.firstElementChild.textContent = text;
    toasts().append(box);
  };
  /* At most three stand; good news goes by itself, unless it is being read. */
  const tend = () => {
    while (toasts().childElementCount > 3) toasts().firstElementChild.remove();
    for (const one of toasts().querySelectorAll(".success:not([data-going])")) {
      one.dataset.going = "";
      const go = () => one.matches(":hover, :focus-within") ? setTimeout(go, 2000) : one.remove();
      setTimeout(go, 8000);
    }
  };
  new MutationObserver(tend).observe(toasts(), { childList: true });
  tend();
  on("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) button.closest(".toast, dialog, .notice").remove();
  });
  on("keydown", (event) => {
    if (event.key === "Escape") toasts()?.lastElementChild?.remove();
  });

  /* The server names the event in HX-Trigger: {"announce": {"text": "..."}}. */
  on("announce", (event) => {
    const region = $("#announcer");
    region.textContent = "";
    // A screen reader speaks of a change; the same sentence twice is none.
    setTimeout(() => { region.textContent = event.detail.text; }, 50);
  });

  /* A place that the server names is meant to be filled, whatever the status. */
  on("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.getResponseHeader("HX-Retarget")) {
      detail.shouldSwap = true;
      detail.isError = false;
    } else if (detail.xhr.status >= 400 && /^\s*<!doctype/i.test(detail.serverResponse)) {
      // A whole page that says why not: its sentence becomes a toast, and the form keeps its text.
      const why = new DOMParser().parseFromString(detail.serverResponse, "text/html").querySelector("[data-sentence]");
      detail.shouldSwap = false;
      if (!why) return;
      detail.isError = false;
      toast(why.textContent);
    }
  });
  on("htmx:responseError", () => toast(toasts().dataset.broken));
  on("htmx:sendError", () => toast(toasts().dataset.offline));
  on("toast", ({ detail }) => toast(detail.text));
  on("htmx:timeout", () => toast(toasts().dataset.offline));

  /* Nothing is sent twice: the button rests while its request runs. */
  const buttonsOf = (element, submitter) =>
    submitter ? [submitter] : element.matches("button") ? [element] : [...element.querySelectorAll("button:not([type=button])")];
  const resting = new WeakMap();
  on("htmx:beforeRequest", ({ detail }) => {
    const { elt, requestConfig, xhr } = detail;
    if (requestConfig.verb === "get") return;
    const focused = document.activeElement;
    const buttons = buttonsOf(elt, requestConfig.triggeringEvent?.submitter).filter((button) => !button.disabled);
    for (const button of buttons) button.disabled = true;
    resting.set(xhr, { buttons, focused });
  });
  on("htmx:afterRequest", ({ detail }) => {
    const { buttons = [], focused } = resting.get(detail.xhr) ?? {};
    for (const button of buttons) button.disabled = false;
    if (buttons.includes(focused) && focused.isConnected && lost()) focused.focus({ preventScroll: true });
  });
  on("submit", (event) => {
    if (event.defaultPrevented) return;
    const { submitter } = event;
    // After the browser has taken the button's own name and value along.
    if (submitter) setTimeout(() => { submitter.disabled = true; });
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
  });

  /* What can be taken back for a moment is offered as long as that. */
  on("htmx:load", ({ detail }) => {
    const undo = $("[data-undo]", detail.elt) ?? (detail.elt.matches("[data-undo]") ? detail.elt : null);
    if (undo) setTimeout(() => undo.remove(), 10000);
  });

  /* Focus never falls to nowhere: it goes to what was marked, else, if its place was swapped away, to what came. */
  const lost = () => !document.activeElement || document.activeElement === document.body;
  const focus = (element) => {
    if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus({ preventScroll: element.getBoundingClientRect().top >= 0 });
  };
  on("htmx:afterSettle", ({ detail, target }) => {
    if (!target.isConnected || target.closest?.("#toasts")) return;
    const act = detail.requestConfig?.triggeringEvent?.type;
    if (!["click", "submit"].includes(act)) return;
    const mark = "[autofocus], [data-focus]";
    const marked = target.matches(mark) ? target : $(mark, target);
    if (marked) {
      focus(marked);
      marked.removeAttribute("data-focus");
    } else if (lost()) {
      focus(target);
    }
  });

  /* Ctrl or Cmd with Enter sends; Enter alone never does, and never while a Chinese word is being composed. */
  on("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
    if (event.isComposing || event.keyCode === 229 || event.repeat) return;
    const form = event.target.form;
    const button = form?.querySelector("button:not([type=button], [formaction])");
    if (!form || button?.disabled) return;
    event.preventDefault();
    form.requestSubmit(button ?? undefined);
  });

  /* A page counts as seen once it was in front of somebody for two seconds. */
  const page = $("[data-seen-url]");
  if (page) {
    let timer;
    const watch = () => {
      clearTimeout(timer);
      if (document.visibilityState !== "visible") return;
      timer = setTimeout(() => {
        document.removeEventListener("visibilitychange", watch);
        const body = new URLSearchParams({ at: page.dataset.seenAt ?? "" });
        fetch(page.dataset.seenUrl, { method: "POST", headers: { "X-CSRFToken": token() }, body, keepalive: true }).catch(() => {});
      }, 2000);
    };
    on("visibilitychange", watch);
    watch();
  }

  /* A link to a page that asks may name a dialog here that asks the same. */
  on("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    const dialog = link && document.getElementById(link.dataset.dialog);
    if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });
  on("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  });

  /* An address to give away is copied; where the browser forbids that, it stands selected. */
  on("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    const field = button && document.getElementById(button.dataset.copy);
    if (!field) return;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      if (!document.execCommand("copy")) return;
    }
    button.textContent = button.dataset.copied;
  });

  /* Who joins sees times on their own clock. */
  for (const field of document.querySelectorAll("[data-time-zone]")) {
    field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }

  /* What only who writes needs comes when they begin: completing names, figures, quotes. */
  const help = $("[data-writing]");
  const load = (source) => new Promise((then) => {
    document.head.append(Object.assign(document.createElement("script"), { src: source, onload: then, onerror: then }));
  });
  let coming = null;
  const writing = () => coming ??= Promise.all(help.dataset.writing.split(" ").map(load)).then(() => delete help.dataset.writing);
  const writes = async ({ target }) => {
    if (!help?.dataset.writing || !target.matches?.("textarea[data-draft]")) return;
    await writing();
    if (!composing) target.dispatchEvent(new Event("writing", { bubbles: true }));
  };
  on("focusin", writes);
  on("dragover", writes);
  on("click", async (event) => {
    const link = event.target.closest("a[data-figure], a[data-quote]");
    if (!link || !help?.dataset.writing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await writing();
    link.click();
  });

  /* Nothing is asked for while an input method composes: half-typed pinyin is not yet text. */
  const asksWhileTyping = "textarea[hx-post], input[hx-get]";
  let composing = null;
  on("compositionstart", (event) => { composing = event.target; });
  on("compositionend", ({ target }) => {
    composing = null;
    // Browsers differ in whether an input event follows; one more only restarts the wait.
    if (target.matches(asksWhileTyping)) target.dispatchEvent(new Event("input", { bubbles: true }));
  });
  on("input", (event) => {
    if (event.isComposing && event.target.matches(asksWhileTyping)) event.stopPropagation();
  }, true);
  // The wait may have begun before the composing did.
  on("htmx:beforeRequest", (event) => {
    if (composing && event.detail.elt === composing) event.preventDefault();
  });
})();
