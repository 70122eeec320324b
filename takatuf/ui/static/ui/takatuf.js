/* Comforts for pages that work without them: unsent text is kept, a form is sent once,
   "/" goes to the search field, brightness is remembered, "5 minutes ago" stays true. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("scripted");

  /* Brightness: a cookie, so that the server writes it into the page and nothing flashes. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (!button) return;
    const theme = button.dataset.setTheme;
    const age = theme ? 31536000 : 0;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `takatuf_theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    button.closest("details")?.removeAttribute("open");
  });

  /* An open menu closes when one goes elsewhere. */
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!except || !menu.contains(except)) menu.removeAttribute("open");
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.activeElement?.closest?.("details.menu[open]");
      closeMenus();
      menu?.querySelector("summary").focus();
      return;
    }
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const search = [...document.querySelectorAll("[data-search]")].find((one) => one.checkVisibility?.() ?? true);
    if (search) {
      event.preventDefault();
      if (search.href) location.href = search.href; /* no field here: the page that has one */
      search.focus();
      search.select?.();
    }
  });

  /* A form for many short entries: Ctrl Enter sends it, Alt 1 to 9 chooses. */
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form[data-keys]");
    if (!form) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
      const choice = form.querySelectorAll("input[type=radio]")[event.code.slice(5) - 1];
      if (!choice) return;
      event.preventDefault();
      choice.checked = true;
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  /* Ticks of a list that needs no account: they stay on this device, and never leave it. */
  const TICKS = "takatuf:ticks";
  const boxes = [...document.querySelectorAll("[data-tick]")];
  if (boxes.length) {
    const read = () => {
      try {
        return new Set(JSON.parse(localStorage.getItem(TICKS) || "[]"));
      } catch {
        return new Set();
      }
    };
    const write = (ticked) => {
      try {
        localStorage.setItem(TICKS, JSON.stringify([...ticked]));
      } catch { /* a browser that keeps nothing: the ticks last as long as the page */ }
    };
    const known = read();
    for (const box of boxes) box.checked = known.has(box.dataset.tick);
    document.addEventListener("change", ({ target }) => {
      if (!target.matches?.("[data-tick]")) return;
      const ticked = read();
      if (target.checked) ticked.add(target.dataset.tick);
      else ticked.delete(target.dataset.tick);
      write(ticked);
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest("[data-untick]")) return;
      for (const box of boxes) box.checked = false;
      write(new Set());
    });
  }

  /* Copy what a field holds; where the browser does not let us, show the field, ready to copy. */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    const said = button.closest("section").querySelector("[data-said]");
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = button.dataset.copied;
    } catch {
      field.closest(".without-script")?.classList.remove("without-script");
      field.select();
      said.textContent = button.dataset.notCopied;
    }
  });

  /* Unsent text stays in this tab until the server has taken it. Passwords and codes never do. */
  const KEPT = "takatuf:kept:";
  const SENT = "takatuf:sent";
  const HELD = "takatuf:held";
  const store = (() => {
    try {
      sessionStorage.setItem("takatuf:try", "1");
      sessionStorage.removeItem("takatuf:try");
      return sessionStorage;
    } catch {
      return null;
    }
  })();
  const keepable = (form) =>
    form.method === "post" && !form.matches("[data-forget], [data-leaves]") &&
    !form.hasAttribute("data-kept") && !form.querySelector("input[type=password], input[autocomplete=one-time-code]");
  const plain = (address) => address.replace(/^\/[a-z]{2}\//, "/"); /* the same in every language */
  const nameOf = (form) => {
    const action = plain(form.getAttribute("action") || "");
    const twins = [...document.forms].filter((f) => plain(f.getAttribute("action") || "") === action);
    return `${KEPT}${plain(location.pathname)}#${form.id || action}#${twins.indexOf(form)}`;
  };
  const KEEPABLE = "textarea, input:not([type]), input[type=text], input[type=search], input[type=email], input[type=tel], input[type=number], input[type=url], input[type=datetime-local], input[type=date], input[type=time], input[type=radio], input[type=checkbox], select:not([multiple])";
  const fieldsOf = (form) =>
    [...form.elements].filter((field) =>
      field.name && field.name !== "csrfmiddlewaretoken" && field.matches(KEEPABLE));
  const ticks = (field) => field.matches("[type=radio], [type=checkbox]");
  const valueOf = (field) => (ticks(field) ? (field.checked ? "on" : "") : field.value);
  const firstOf = (field) => {
    if (ticks(field)) return field.defaultChecked ? "on" : "";
    if (field.tagName !== "SELECT") return field.defaultValue;
    return ([...field.options].find((option) => option.defaultSelected) || field.options[0])?.value ?? "";
  };

  const keep = (form) => {
    const changed = {};
    fieldsOf(form).forEach((field, index) => {
      if (valueOf(field) !== firstOf(field)) changed[`${field.name}:${index}`] = valueOf(field);
    });
    if (Object.keys(changed).length) store.setItem(nameOf(form), JSON.stringify(changed));
    else store.removeItem(nameOf(form));
  };

  const restore = (form) => {
    const kept = store.getItem(nameOf(form));
    if (!kept) return;
    let values;
    try {
      values = JSON.parse(kept);
    } catch {
      store.removeItem(nameOf(form));
      return;
    }
    let any = false;
    fieldsOf(form).forEach((field, index) => {
      const value = values[`${field.name}:${index}`];
      if (value === undefined || valueOf(field) !== firstOf(field) || value === valueOf(field)) return;
      if (ticks(field)) field.checked = value === "on";
      else field.value = value;
      any = true;
    });
    if (any) {
      const note = document.createElement("p");
      note.className = "notice";
      note.setAttribute("role", "status");
      note.textContent = `${document.body.dataset.restored} `;
      const anew = document.createElement("button");
      anew.type = "button";
      anew.className = "linklike";
      anew.textContent = document.body.dataset.anew;
      anew.addEventListener("click", () => {
        form.reset();
        note.remove();
      });
      note.append(anew);
      form.prepend(note);
    }
  };

  if (store) {
    const sent = store.getItem(SENT);
    if (sent && document.body.hasAttribute("data-signs-in")) {
      /* It was not taken: the sign-in came between. It stays kept, whatever comes next. */
      store.setItem(HELD, sent);
      store.removeItem(SENT);
    } else if (sent) {
      /* The page after a sending: unless it is the same form with faults, the text has arrived. */
      const back = [...document.forms].find((form) => keepable(form) && nameOf(form) === sent);
      const faulty = back && (back.querySelector("[aria-invalid=true]") || document.querySelector(".error-summary"));
      const refused = document.body.hasAttribute("data-failed");
      if (!faulty && !refused) store.removeItem(sent);
      store.removeItem(SENT);
    }
    for (const form of document.forms) if (keepable(form)) restore(form);
    document.addEventListener("input", (event) => {
      const form = event.target.form;
      if (form && keepable(form)) keep(form);
    });
    document.addEventListener("reset", (event) => store.removeItem(nameOf(event.target)));
    /* htmx sends without leaving the page: a good answer means that the text has arrived. */
    document.addEventListener("htmx:afterRequest", (event) => {
      const form = event.detail.elt.closest?.("form");
      if (form && event.detail.successful) store.removeItem(nameOf(form));
    });
  }

  /* Once is enough. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.method !== "post") return;
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
      button.setAttribute("aria-disabled", "true");
    }
    if (!store) return;
    if (form.hasAttribute("data-leaves")) {
      for (const key of Object.keys(store)) if (key.startsWith("takatuf:")) store.removeItem(key);
    } else if (form.hasAttribute("data-kept")) {
      /* The server shows once more what was held up, and it goes, or is dropped, from there. */
      const held = store.getItem(HELD);
      if (held) store.setItem(SENT, held);
      store.removeItem(HELD);
    } else if (keepable(form)) {
      store.setItem(SENT, nameOf(form));
    }
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.forms) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });

  document.querySelector(".error-summary")?.focus();

  /* Relative times go on with the reader's own stopwatch; the machine's clock may be wrong. */
  const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const ago = (away, system) => {
    const far = Math.abs(away);
    // As the server counts: no number under 45 seconds, the next unit from 1.2 of it on.
    if (far < 45) return away > 0 ? document.body.dataset.soon : document.body.dataset.justNow;
    const [unit, length] = STEPS.find(([, size]) => far >= size * 1.2) || STEPS[2];
    const format = new Intl.RelativeTimeFormat(root.lang, { numberingSystem: system });
    return format.format(Math.sign(away) * Math.max(1, Math.round(far / length)), unit);
  };
  const born = new WeakMap();
  const tick = () => {
    for (const span of document.querySelectorAll("[data-away]")) {
      if (!born.has(span)) {
        born.set(span, performance.now());
        continue;
      }
      const away = Number(span.dataset.away) - (performance.now() - born.get(span)) / 1000;
      const text = ago(away, span.dataset.digits === "arab" && root.lang === "ar" ? "arab" : "latn");
      const inner = span.querySelector("bdi");
      if (inner && Math.abs(away) < 604800 && inner.textContent !== text) inner.textContent = text;
    }
  };
  tick();
  setInterval(tick, 30000);
})();
