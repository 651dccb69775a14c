/* No preview is asked for while an input method composes: half-typed pinyin is not yet text. */
(() => {
  "use strict";
  let composing = null;
  const on = (type, act, options) => document.addEventListener(type, act, options);
  on("compositionstart", (event) => { composing = event.target; });
  on("compositionend", ({ target }) => {
    composing = null;
    // Browsers differ in whether an input event follows; one more only restarts the wait.
    if (target.matches("textarea[hx-post]")) target.dispatchEvent(new Event("input", { bubbles: true }));
  });
  on("input", (event) => {
    if (event.isComposing && event.target.matches("textarea[hx-post]")) event.stopPropagation();
  }, true);
  // The wait may have begun before the composing did.
  on("htmx:beforeRequest", (event) => {
    if (composing && event.detail.elt === composing) event.preventDefault();
  });
})();
