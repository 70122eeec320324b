/* An open page of an incident keeps itself fresh: the server says that something changed, the
   page asks for itself and replaces the parts with `data-fresh`. Where that cannot be had, the
   link at its foot shows it anew. Nobody's typing is ever taken from under their hands. */
(() => {
  "use strict";
  const place = document.querySelector("[data-events]");
  if (!place || !window.EventSource || document.documentElement.dataset.stood) return;
  const { events, section } = place.dataset;
  let last = place.dataset.since;
  let stream = null;
  let waiting = null;
  let due = false;
  let held = false; /* something is new where somebody writes */

  const inUse = (part) =>
    part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select") ||
    [...part.querySelectorAll("textarea, input:not([type=hidden], [type=radio], [type=checkbox])")]
      .some((field) => field.value !== field.defaultValue);

  const replace = (old, fresh) => {
    const open = [...old.querySelectorAll("details")].map((one) => one.open);
    const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const put = document.importNode(fresh, true);
    const folds = [...put.querySelectorAll("details")];
    if (folds.length === open.length) folds.forEach((one, index) => { one.open = open[index]; });
    old.replaceWith(put);
    window.htmx?.process(put);
    if (focused) put.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    if (document.hidden) {
      due = true;
      return;
    }
    due = false;
    let answer;
    try {
      answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    } catch {
      return; /* no network: the stream says so too, and asks again when it is back */
    }
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    held = false;
    for (const old of document.querySelectorAll("[data-fresh]")) {
      const fresh = page.getElementById(old.id);
      if (!fresh || fresh.innerHTML === old.innerHTML) continue;
      if (inUse(old)) held = true;
      else replace(old, fresh);
    }
    place.querySelector("[data-held]").hidden = !held;
    const notices = document.querySelector(".notices");
    for (const one of page.querySelectorAll(".notices > *")) notices?.append(document.importNode(one, true));
  };

  /* Not all open pages in the same instant: the more there are, the wider they spread. What
     changes again meanwhile is in the answer too. */
  const soon = (spread = 0) => {
    if (waiting) return;
    waiting = setTimeout(() => {
      waiting = null;
      refresh();
    }, 200 + Math.random() * Math.max(600, spread));
  };

  const listen = () => {
    if (stream || document.hidden) return;
    stream = new EventSource(`${events}?since=${last}`);
    stream.addEventListener("open", () => place.classList.add("live"));
    stream.addEventListener("changed", (event) => {
      const { sections, spread } = JSON.parse(event.data);
      last = Math.floor(Date.now() / 1000) + skew;
      if (!sections.includes("*") && !sections.includes(section)) return;
      document.body.dispatchEvent(new CustomEvent("takatuf:changed"));
      soon(spread);
    });
    stream.addEventListener("error", () => place.classList.remove("live"));
  };
  document.addEventListener("focusout", () => held && soon());

  /* A browser opens six lines to one server and no more: only the page in sight holds one. */
  const leave = () => {
    stream?.close();
    stream = null;
    place.classList.remove("live");
  };
  /* The server's seconds, whatever this machine's clock says. */
  const skew = Number(place.dataset.since) - Math.floor(Date.now() / 1000);

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) leave();
    else {
      if (due) refresh();
      listen();
    }
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => event.persisted && listen());
  listen();
})();
