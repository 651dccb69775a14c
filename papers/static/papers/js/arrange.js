/* Dragging places of the list, and ticking a whole part. The arrows do the same without a mouse. */
(() => {
  "use strict";
  const form = document.querySelector("#arrange");
  if (!form) return;
  let dragged = null;
  const placeAt = (event) => event.target.closest?.(".places > li");
  const isLower = (event, place) => {
    const { top, height } = place.getBoundingClientRect();
    return event.clientY > top + height / 2;
  };
  const unmark = () => { for (const place of form.querySelectorAll(".before, .after")) place.classList.remove("before", "after"); };

  form.addEventListener("dragstart", (event) => {
    dragged = placeAt(event);
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.place);
    event.dataTransfer.setDragImage(dragged, 0, 0);
  });
  form.addEventListener("dragover", (event) => {
    const place = placeAt(event);
    if (!dragged || !place) return;
    event.preventDefault();
    unmark();
    if (place !== dragged) place.classList.add(isLower(event, place) ? "after" : "before");
  });
  form.addEventListener("drop", (event) => {
    const place = placeAt(event);
    if (!dragged || !place || place === dragged) return;
    event.preventDefault();
    const values = { to: isLower(event, place) ? "after" : "before", other: place.dataset.place };
    htmx.ajax("POST", `/papers/arrange/${dragged.dataset.place}/move/`, { source: form, target: "#arrange-list", swap: "outerHTML", values });
  });
  form.addEventListener("dragend", () => { unmark(); dragged = null; });

  form.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-tick]");
    if (!button) return;
    const boxes = [...button.closest("section").querySelectorAll("[name=place]")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  });
})();
