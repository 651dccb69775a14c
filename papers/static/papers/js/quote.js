/* Quotes with room for their words and their page. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-quote]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const field = document.getElementById(link.dataset.quote), from = field.selectionStart;
    const words = field.value.slice(from, field.selectionEnd).trim().replaceAll("\n", "\n> ");
    field.focus();
    document.execCommand("insertText", false, `${from ? "\n\n" : ""}> ${words} ${link.dataset.place}\n`);
    // First the words are missing, then the number of the page.
    const at = words ? field.value.lastIndexOf("…", field.selectionEnd) : from + (from ? 4 : 2);
    field.setSelectionRange(at, words ? at + 1 : at);
  });
})();
