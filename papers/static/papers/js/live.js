/* An open page brings itself up to date. The stream only says that something changed; what, the page then asks. */
(() => {
  "use strict";
  const page = document.querySelector("[data-live]");
  if (!page) return;
  const PULSE = 15000, POLL = 60000;
  let since = page.dataset.since, source, heard = 0, asked = 0, soon = null, over = false;

  /* Never under somebody's hands: what has the focus or is being written in stays as it is. */
  const inUse = (element) => element.contains(document.activeElement) || [...element.querySelectorAll("textarea")].some((field) => field.value);
  const put = (element, into) => {
    const here = document.getElementById(element.id);
    // What has asked for something is where htmx puts the answer: its turn is a moment later.
    if (here && (here.matches(".htmx-request") || here.querySelector(".htmx-request"))) return setTimeout(askSoon, 1000);
    if (here && inUse(here)) return;
    if (here) here.replaceWith(element);
    else if (into) into.append(element);
    else return;
    htmx.process(element);
  };
  const show = (news) => {
    for (const part of [...news.children]) {
      const list = part.dataset.into;
      const into = list && document.getElementById(list);
      if (list === undefined) put(part);
      else if (into) for (const element of [...part.children]) put(element, into);
      if (into?.children.length) document.getElementById(`no-${list}`)?.setAttribute("hidden", "");
      const gone = part.dataset.gone && document.getElementById(part.dataset.gone);
      if (gone && !inUse(gone)) gone.remove();
    }
    if (news.dataset.say) htmx.trigger(document.body, "announce", { text: news.dataset.say });
  };
  const stop = () => { over = true; source?.close(); };
  const ask = async () => {
    soon = null;
    asked = Date.now();
    try {
      const answer = await fetch(page.dataset.asks + encodeURIComponent(since), { headers: { "HX-Request": "true" } });
      // Signed out, or the paper is there no more: the page stays as it is.
      if (answer.status >= 400 && answer.status < 500 || answer.headers.has("HX-Redirect")) return stop();
      if (answer.status !== 200) return;
      const news = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
      if (!news) return;
      // What has just come by htmx is about to get the focus: nothing takes its place before.
      if (document.querySelector(".htmx-swapping, .htmx-settling, .htmx-added")) return askSoon();
      if (news.dataset.tooOld) {
        stop();
        return htmx.trigger(document.body, "toast", { text: news.dataset.tooOld });
      }
      since = news.dataset.since;
      show(news);
    } catch {
      // Without a network there is nothing new; the stream says when there is one.
    }
  };
  /* All pages hear of a change at once; they do not all ask at once. */
  const askSoon = () => { soon ??= setTimeout(ask, 100 + Math.random() * 400); };
  const hear = () => { heard = Date.now(); };

  const open = () => {
    source?.close();
    hear();
    source = new EventSource(page.dataset.live);
    source.onopen = () => { hear(); askSoon(); };
    source.addEventListener("pulse", hear);
    source.addEventListener("change", () => { hear(); askSoon(); });
  };
  const tend = () => {
    if (over || document.visibilityState !== "visible") return;
    // A laptop that slept, a proxy that lost us, a server that said no: begin again, and ask in the meantime.
    if (!source || Date.now() - heard > 3 * PULSE) open();
    if (source.readyState !== EventSource.OPEN && Date.now() - asked > POLL) ask();
  };
  // A browser keeps six streams to a server and then nothing else: a page that nobody sees has none.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") return tend();
    source?.close();
    source = null;
  });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) source = null; tend(); });
  setInterval(tend, PULSE);
})();
