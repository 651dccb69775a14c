/* From one new post to the next: the button, or the key n. Without this the button is a link to the first one. */
(() => {
  "use strict";
  let last = null;
  const next = () => {
    const posts = [...document.querySelectorAll("[data-new]")];
    if (!posts.length) return;
    // After the one before; after the last one, the first again.
    const post = posts[posts.indexOf(last) + 1] ?? posts[0];
    last = post;
    post.focus({ preventScroll: true });
    post.scrollIntoView({ block: "start" });
  };
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#next-new") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    next();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    event.preventDefault();
    next();
  });
})();
