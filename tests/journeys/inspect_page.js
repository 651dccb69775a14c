// What a person would do to a page, and what must not stand in it. `allowed` are the attributes by element of rendered
// texts. Returns a sentence for each find.
(allowed) => {
  const found = [], say = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 200)}`);
  const good = ["http:", "https:", "mailto:", "webcal:"];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) say("handler", element);
      if (/^(data-)?hx-/.test(name) && /alert\(|\/acted\//.test(value)) say("htmx", element);
      if (["href", "src", "action", "formaction", "data", "xlink:href", "poster", "srcset"].includes(name)) {
        let url;
        try { url = new URL(value, document.baseURI); } catch { continue; }
        if (!good.includes(url.protocol) && !(element.localName === "link" && element.rel === "icon")) {
          say("address", element);
          if (element.localName === "a") element.click();
        }
      }
    }
    if (element.localName === "script" && element.type !== "application/json" && !new RegExp(`^${location.origin}/(static|admin/jsi18n)/`).test(element.src)) say("script", element);
    if (["iframe", "object", "embed", "base", "frame", "applet"].includes(element.localName)) say("element", element);
  }
  for (const id of ["main", "toasts", "announcer", "post", "toast", "draft"]) {
    const there = document.querySelectorAll(`[id="${id}"]`);
    if (there.length > 1) say("twice", there[1]);
  }
  for (const element of document.querySelectorAll(".prose *")) {
    const names = allowed[element.localName];
    if (!names) { say("not allowed", element); continue; }
    for (const { name } of element.attributes) if (!names.includes(name)) say(`attribute ${name}`, element);
    if (element.id && !/^[a-z]+[0-9a-f]*-fn/.test(element.id)) say("id", element);
  }
  return found;
}
