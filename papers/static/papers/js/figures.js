/* Figures in a text: pasted, dropped or chosen. The text stays as it is until the picture is on the server. */
(() => {
  "use strict";
  const on = (type, act) => document.addEventListener(type, act);
  const pictures = (files) => [...files ?? []].filter(({ type }) => type.startsWith("image/"));
  const say = (text) => htmx.trigger(document.body, "announce", { text });

  const write = (field, at, text) => {
    field.focus();
    field.setSelectionRange(at, at);
    if (document.execCommand("insertText", false, text)) return;
    field.setRangeText(text, at, at, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const add = async (field, file) => {
    const { content, dataset: words } = document.getElementById("figure");
    const panel = content.firstElementChild.cloneNode(true);
    const [line, alt, put] = ["[role=status]", "input", "[data-put]"].map((one) => panel.querySelector(one));
    const at = field.selectionEnd;
    let address = "";
    const end = () => { panel.remove(); field.focus(); };
    const done = () => {
      if (!address) return;
      const before = field.value.slice(0, at);
      const gap = before && !before.endsWith("\n") ? "\n\n" : "";
      panel.remove();
      write(field, at, `${gap}![${alt.value.replace(/[\\[\]]/g, (mark) => `&#${mark.charCodeAt()};`)}](${address})\n`);
      say(words.added);
    };
    put.addEventListener("click", done);
    panel.querySelector("[data-drop]").addEventListener("click", end);
    panel.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Enter" && event.target === alt) done();
      else if (event.key === "Escape") end();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    field.closest(".field").append(panel);
    line.textContent = words.adding;
    alt.focus();
    const body = new FormData();
    body.append("file", file);
    const headers = { "X-CSRFToken": document.querySelector("#post [name=csrfmiddlewaretoken]").value, "HX-Request": "true" };
    try {
      const answer = await fetch("/figures/", { method: "POST", headers, body });
      const said = await answer.json();
      address = said.address ?? "";
      line.textContent = said.sentence ?? words.ready;
    } catch {
      line.textContent = words.failed;
    }
    put.disabled = !address;
  };

  on("paste", (event) => {
    const { target, clipboardData: data } = event;
    // A table or a text that is copied has a picture of itself beside it; the words are meant.
    if (!target.matches?.("textarea[data-draft]") || data.types.includes("text/plain")) return;
    const found = pictures(data.files);
    if (found.length) event.preventDefault();
    for (const file of found) add(target, file);
  });
  for (const type of ["dragover", "drop"]) on(type, (event) => {
    if (!event.target.matches?.("textarea[data-draft]") || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    for (const file of pictures(type === "drop" && event.dataTransfer.files)) add(event.target, file);
  });
  on("click", (event) => {
    const link = event.target.closest("a[data-figure]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const chooser = Object.assign(document.createElement("input"), { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", multiple: true });
    chooser.addEventListener("change", () => {
      for (const file of chooser.files) add(document.getElementById(link.dataset.figure), file);
    });
    chooser.click();
  });
})();
