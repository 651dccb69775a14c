/* Keys for the lines of a list that is imported; without scripts each line has its choice. */
(() => {
  "use strict";
  const form = document.querySelector("#triage");
  if (!form) return;
  const fates = { a: "row", j: "attached", x: "skipped", p: "part" };
  const choices = () => [...form.querySelectorAll(".lines select")];
  const trail = [];
  const set = (choice, fate) => {
    choice.value = fate;
    choice.closest("li").className = fate;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  };
  form.addEventListener("keydown", (event) => {
    const choice = event.target;
    if (!choice.matches(".lines select") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const all = choices();
    if (event.key === "z" && trail.length) {
      event.preventDefault();
      const [at, fate] = trail.pop();
      set(all[at], fate);
      all[at].focus();
    } else if (fates[event.key]) {
      event.preventDefault();
      const at = all.indexOf(choice);
      trail.push([at, choice.value]);
      set(choice, fates[event.key]);
      all[at + 1]?.focus();
    }
  });
  form.addEventListener("change", ({ target }) => {
    if (target.matches(".lines select")) target.closest("li").className = target.value;
  });
  choices()[0]?.focus({ preventScroll: true });
})();
