/* What is written without a network is kept on this device and sent once when it is back.
   Every form with `data-outbox` (its kind in words) goes this way; `data-about` names what it
   is about. Without this script, or where nothing can be kept, forms are sent as ever. */
(() => {
  "use strict";
  const device = self.takatufDevice;
  const words = document.getElementById("device")?.dataset;
  if (!words || !device?.able) return;
  const reader = document.body.dataset.reader || "";
  const root = document.documentElement;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
  const DIGITS = words.digits === "arab" && root.lang === "ar" ? "arab" : "latn";
  const clock = (at, day) => new Intl.DateTimeFormat(root.lang, {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: DIGITS,
    ...(day ? { day: "numeric", month: "short" } : {}),
  }).format(at);
  const when = (at) => clock(at, Date.now() - at > 43200000 || new Date(at).getDate() !== new Date().getDate());
  const counted = (number) => new Intl.NumberFormat(root.lang, { numberingSystem: DIGITS }).format(number);

  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});

  const say = (text, tone = "", link = null) => {
    const note = document.createElement("div");
    note.className = `notice ${tone}`;
    const line = document.createElement("p");
    line.textContent = text;
    if (link) {
      const way = document.createElement("a");
      way.href = link.url;
      way.textContent = link.label;
      line.append(" ", way);
    }
    note.append(line);
    document.querySelector(".notices")?.append(note);
    return note;
  };
  if (root.dataset.stood) {
    say(fill(words.stood, { time: when(Number(root.dataset.stood)) }), "warn").id = "as-it-stood";
  }

  /* Sending */
  const tokenOf = async (fresh) => {
    const kept = document.cookie.match(/(?:^|; )takatuf_csrf=([^;]+)/);
    if (kept && !fresh) return kept[1];
    const page = await (await fetch(words.list)).text();
    const parsed = new DOMParser().parseFromString(page, "text/html");
    return parsed.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  };

  /* Answers {state, …}: "sent", "refused", "merge", "signed-out", "another", "later", "unreachable". */
  const post = async (item, again = false) => {
    const headers = {
      "Takatuf-Outbox": item.id,
      "Takatuf-Writer": item.reader,
    };
    if (item.waited) headers["Takatuf-Written-Ago"] = String(Math.max(0, Math.round((Date.now() - item.at) / 1000)));
    let answer;
    try {
      headers["X-CSRFToken"] = await tokenOf(again);
      answer = await fetch(item.action, {
        method: "POST", redirect: "manual", headers,
        body: new URLSearchParams(item.fields), signal: AbortSignal.timeout(20000),
      });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) return await answer.json();
    } catch {
      return { state: "unreachable" };
    }
    if (answer.type === "opaqueredirect") return { state: "signed-out" };
    if (answer.status === 403 && !again) return post(item, true);
    if ([400, 404, 405, 413].includes(answer.status)) return { state: "refused", errors: [words.gone] };
    return { state: "later" };
  };

  const settle = async (item, answer) => {
    if (answer.state === "sent") await device.drop(item.id);
    else if (answer.state === "refused" || answer.state === "merge") {
      await device.put({ ...item, state: answer.state, errors: answer.errors || [] });
    } else if (!item.waited) await device.put({ ...item, waited: true });
  };

  const alone = (what) =>
    navigator.locks ? navigator.locks.request("takatuf-outbox", { ifAvailable: true }, (lock) => lock && what()) : what();

  let told = false;
  /* The page of what waits, as it opens without a network, names nobody: then it is whoever
     read the last page. The server takes nothing from anybody else. */
  const whose = async () => reader || (await device.reader()) || "";
  const flush = () => alone(async () => {
    let sent = 0;
    for (const item of await device.waiting(await whose())) {
      if (item.state !== "waiting" || busy.has(item.id)) continue;
      const answer = await post({ ...item, waited: true });
      await settle(item, answer);
      if (answer.state === "sent") sent += 1;
      if (answer.state === "signed-out" && !told) {
        told = true;
        say(words.signIn, "warn", { url: `${words.signInUrl}?next=${encodeURIComponent(location.pathname)}`, label: words.signInLabel });
      }
      if (!["sent", "refused", "merge"].includes(answer.state)) break;
    }
    if (sent) {
      say(fill(words.sent, { count: counted(sent) }), "go");
      document.dispatchEvent(new CustomEvent("takatuf:sent"));
    }
    await show();
  });
  const busy = new Set();

  /* Writing */
  const fieldsOf = (form, button) =>
    [...new FormData(form, button)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  const written = (form) =>
    [...form.querySelectorAll("textarea, input:not([type]), input[type=text]")].map((field) => field.value.trim()).find(Boolean) || "";
  const INSTEAD = "takatuf:instead";
  const insteadOf = (form) => {
    try {
      const { id, at, action } = JSON.parse(sessionStorage.getItem(INSTEAD) || "{}");
      return action === new URL(form.action).pathname ? { id, at } : null;
    } catch {
      return null;
    }
  };
  const itemOf = (form, button, instead) => ({
    id: crypto.randomUUID(), reader, at: instead?.at || Date.now(), state: "waiting", waited: Boolean(instead),
    action: new URL(form.action).pathname, fields: fieldsOf(form, button), kind: form.dataset.outbox,
    about: form.dataset.about || "", words: written(form), errors: [],
  });
  const keptAside = (form) => {
    const key = form.querySelector("input[type=hidden]:is([name=key], [name=once])");
    if (key) key.value = crypto.randomUUID();
    form.reset();
    document.getElementById("kept-here")?.remove();
    const note = say(fill(words.kept, { time: clock(Date.now()) }), "warn", { url: words.list, label: words.listLabel });
    note.id = "kept-here";
    note.setAttribute("role", "status");
    note.scrollIntoView({ block: "nearest" });
  };
  const asEver = (form, button) => {
    form.dataset.plainly = "yes";
    form.requestSubmit(button);
    delete form.dataset.plainly;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!reader || !form.matches("form[data-outbox]:not([hx-post])") || form.dataset.plainly) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.going) return;
    form.dataset.going = "yes";
    const button = event.submitter;
    button?.setAttribute("aria-disabled", "true");
    const free = () => {
      delete form.dataset.going;
      button?.removeAttribute("aria-disabled");
    };
    (async () => {
      const instead = insteadOf(form);
      const item = itemOf(form, button, instead);
      busy.add(item.id);
      try {
        await device.put(item, instead?.id);
        sessionStorage.removeItem(INSTEAD);
      } catch {
        free();
        asEver(form, button);
        return;
      }
      const answer = await post(item);
      if (answer.state === "sent") {
        await device.drop(item.id);
        form.reset();
        location.assign(answer.url);
        if (answer.url.includes("#")) location.reload();
        return;
      }
      free();
      if (answer.state === "unreachable" || answer.state === "later") {
        await device.put({ ...item, waited: true });
        busy.delete(item.id);
        keptAside(form);
        await show();
        return;
      }
      /* The server has something to say, and says it best on its own page. */
      await device.drop(item.id);
      asEver(form, button);
    })();
  }, true);

  /* A form that htmx sends, and no network. */
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, async (event) => {
      const form = event.detail.elt.closest?.("form[data-outbox]");
      if (!form || !reader) return;
      await device.put({ ...itemOf(form, null, null), waited: true });
      form.hidden = true;
      keptAside(form);
      await show();
    });
  }

  /* Signing out forgets what is kept here, and asks first where something was not sent. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!reader || !form.matches("form[data-leaves]") || form.dataset.plainly) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    (async () => {
      const count = (await device.waiting(reader).catch(() => [])).length;
      if (count && !confirm(fill(words.leave, { count: counted(count) }))) return;
      await device.forget(reader).catch(() => {});
      asEver(form, event.submitter);
    })();
  }, true);

  /* The count in the header, and the list on its own page. */
  const show = async () => {
    const who = await whose();
    const items = who ? await device.waiting(who) : [];
    for (const mark of document.querySelectorAll("[data-waiting]")) {
      mark.hidden = !items.length;
      mark.querySelector("bdi").textContent = counted(items.length);
    }
    await list(who, items);
  };

  const list = async (who, items) => {
    const place = document.getElementById("outbox");
    if (!place) return;
    const shown = document.getElementById("outbox-item").content;
    place.replaceChildren(...items.map((item) => {
      const row = shown.firstElementChild.cloneNode(true);
      const put = (name, text) => {
        const slot = row.querySelector(`[data-${name}]`);
        if (text) slot.textContent = text;
        else slot.remove();
      };
      put("kind", item.kind);
      put("about", item.about);
      put("words", item.words);
      put("at", fill(words.written, { time: when(item.at) }));
      for (const badge of row.querySelectorAll("[data-state]")) badge.hidden = badge.dataset.state !== item.state;
      const errors = row.querySelector("[data-errors]");
      errors.hidden = !item.errors.length;
      errors.textContent = item.errors.join(" ");
      const correct = row.querySelector("[data-correct]");
      correct.hidden = item.state !== "refused" || !navigator.onLine;
      correct.addEventListener("click", () => open(item));
      const merge = row.querySelector("[data-merge]");
      merge.hidden = item.state !== "merge" || !navigator.onLine;
      merge.addEventListener("click", () => open(item));
      row.querySelector("[data-throw]").addEventListener("click", async () => {
        if (!confirm(words.throw)) return;
        await device.drop(item.id);
        await show();
      });
      return row;
    }));
    document.getElementById("outbox-none").hidden = items.length > 0;
    document.getElementById("outbox-send").hidden = !items.some((item) => item.state === "waiting");
    const others = await device.ofOthers(who);
    document.getElementById("outbox-others").hidden = !others;
    const pages = await device.pages(who);
    const kept = document.getElementById("outbox-pages");
    kept.closest("section").hidden = !pages.length;
    kept.replaceChildren(...pages.map((row) => {
      const line = document.createElement("li");
      const way = document.createElement("a");
      way.href = row.path;
      const title = document.createElement("bdi");
      title.textContent = new DOMParser().parseFromString(row.text, "text/html").title.replace(/ - Takatuf$/, "");
      way.append(title);
      const at = document.createElement("span");
      at.className = "quiet small";
      at.textContent = ` ${fill(words.asAt, { time: when(row.at) })}`;
      line.append(way, at);
      return line;
    }));
  };

  /* Tried once more; what the server still has to say then stands on its own page. */
  const open = async (item) => {
    const answer = await post({ ...item, waited: true });
    if (answer.state === "sent" || answer.state === "unreachable" || answer.state === "later") {
      await settle(item, answer);
      await show();
      return;
    }
    sessionStorage.setItem(INSTEAD, JSON.stringify({ id: item.id, at: item.at, action: item.action }));
    const form = document.createElement("form");
    form.method = "post";
    form.action = item.action;
    form.hidden = true;
    for (const [name, value] of [...item.fields, ["csrfmiddlewaretoken", await tokenOf(false)]]) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  };

  /* Asked for while one is under way, perhaps still without a network: once more afterwards. */
  let going = false;
  let more = false;
  const go = async () => {
    more = going;
    if (going) return;
    going = true;
    try {
      do {
        more = false;
        await flush();
      } while (more);
    } finally {
      going = false;
    }
  };
  document.getElementById("outbox-send")?.addEventListener("click", go);
  addEventListener("online", go);
  addEventListener("offline", show);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && go());
  setInterval(async () => {
    if (document.visibilityState === "visible" && (await device.waiting(await whose())).some((item) => item.state === "waiting")) go();
  }, 30000);
  show().then(go).catch(() => {});
})();
