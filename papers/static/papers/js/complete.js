/* While a text is being written, `@` offers members and `#` papers. It never takes a key that nobody meant for it. */
(() => {
  "use strict";
  const TYPED = /(?:^|[^A-Za-z0-9_.@#/&])([@#][^\s@#,，。;；:：!！?？()（）]{0,30})$/;
  let box = null, field = null, typed = "", timer, asked = 0;

  const close = () => {
    clearTimeout(timer);
    asked += 1;
    box?.remove();
    box = null;
    field?.removeAttribute("aria-activedescendant");
    field?.removeAttribute("aria-controls");
  };
  const chosen = () => box.querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
  };
  const take = (option) => {
    const { text } = option.dataset, end = field.selectionEnd;
    close();
    field.setSelectionRange(end - typed.length, end);
    // The browser's own way, so that it can be undone.
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, end - typed.length, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    close();
  };
  /* Where the caret is: a copy of the field, filled up to it. */
  const place = () => {
    const copy = document.createElement("div"), mark = document.createElement("span"), style = getComputedStyle(field);
    for (const name of ["font", "padding", "border", "letterSpacing", "lineHeight", "boxSizing", "direction"]) copy.style[name] = style[name];
    Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", width: `${field.offsetWidth}px` });
    copy.append(field.value.slice(0, field.selectionEnd - typed.length), mark);
    mark.textContent = "@";
    document.body.append(copy);
    const at = field.getBoundingClientRect(), line = mark.offsetHeight;
    const left = Math.min(at.left + mark.offsetLeft, innerWidth - box.offsetWidth - 8);
    box.style.left = `${Math.max(8, left) + scrollX}px`;
    box.style.top = `${Math.min(at.top + mark.offsetTop + line - field.scrollTop, at.bottom) + scrollY}px`;
    copy.remove();
  };
  const offer = async () => {
    const mine = ++asked;
    let answer;
    try {
      answer = await fetch(`/complete/?q=${encodeURIComponent(typed)}`, { headers: { "HX-Request": "true" } });
    } catch {
      return;
    }
    const html = answer.status === 200 ? await answer.text() : "";
    if (mine !== asked || document.activeElement !== field) return;
    close();
    box = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    if (!box) return;
    document.body.append(box);
    field.setAttribute("aria-controls", box.id);
    place();
    choose(box.firstElementChild);
    htmx.trigger(document.body, "announce", { text: box.dataset.say });
  };
  const look = ({ target, isComposing }) => {
    if (isComposing || !target.matches?.("textarea[data-draft]")) return;
    const before = target.value.slice(0, target.selectionEnd);
    const found = target.selectionStart === target.selectionEnd && TYPED.exec(before);
    close();
    if (!found) return;
    field = target;
    typed = found[1];
    timer = setTimeout(offer, 120);
  };
  document.addEventListener("input", look);
  // This file comes when somebody begins to write, and they may have been faster.
  document.addEventListener("writing", look);
  document.addEventListener("keydown", (event) => {
    if (!box || event.target !== field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const option = chosen(), { key } = event;
    if (key === "ArrowDown") choose(option.nextElementSibling ?? box.firstElementChild);
    else if (key === "ArrowUp") choose(option.previousElementSibling ?? box.lastElementChild);
    else if (key === "Enter" || key === "Tab" && !event.shiftKey) take(option);
    else if (key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  const optionAt = (event) => box && event.target.closest?.("#completions [role=option]");
  // The field keeps the focus.
  document.addEventListener("mousedown", (event) => { if (optionAt(event)) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    const option = optionAt(event);
    if (option) take(option);
  });
  document.addEventListener("focusout", ({ target }) => { if (target === field) close(); });
  document.addEventListener("compositionstart", close);
})();
