/* What this device keeps for its reader: pages to read and forms to send without a network.
   Each is sealed with a key that no script can take out, and lost with it at the sign-out.
   The page and its service worker share this file. */
self.takatufDevice = (() => {
  "use strict";
  const able = Boolean(self.isSecureContext && self.indexedDB && self.crypto?.subtle && crypto.randomUUID);
  const STORES = ["keys", "pages", "outbox"];
  const MOST_PAGES = 60;

  let opened = null;
  const base = () => {
    opened ||= new Promise((done, failed) => {
      const asked = indexedDB.open("takatuf", 1);
      asked.onupgradeneeded = () => STORES.forEach((name) => asked.result.createObjectStore(name));
      asked.onsuccess = () => {
        asked.result.onclose = () => { opened = null; };
        done(asked.result);
      };
      asked.onerror = () => {
        opened = null;
        failed(asked.error);
      };
    });
    return opened;
  };

  /* One transaction; answers what its last request answered. */
  const act = async (stores, what) => {
    const transaction = (await base()).transaction(stores, "readwrite");
    const asked = what(...[].concat(stores).map((name) => transaction.objectStore(name)));
    return new Promise((done, failed) => {
      transaction.oncomplete = () => done(asked?.result);
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
    });
  };

  const keyOf = async (reader) => {
    const name = `key:${reader}`;
    const kept = await act("keys", (keys) => keys.get(name));
    if (kept) return kept;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    try {
      await act("keys", (keys) => keys.add(made, name));
      return made;
    } catch { /* another tab was quicker */
      return act("keys", (keys) => keys.get(name));
    }
  };

  const sealed = async (reader, value) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(reader), bytes);
    return { reader, iv, data };
  };
  const unsealed = async (row) => {
    const bytes = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await keyOf(row.reader), row.data);
    return JSON.parse(new TextDecoder().decode(bytes));
  };

  const all = (store) => act(store, (rows) => rows.getAll());

  /* Who read the last page that came from the server. Pages of anybody else go at once. */
  const reader = () => act("keys", (keys) => keys.get("reader"));
  const readBy = async (who) => {
    if ((await reader()) === who) return;
    await act(["keys", "pages"], (keys, pages) => {
      pages.clear();
      return keys.put(who, "reader");
    });
  };

  const keepPage = async (who, path, text, policy) => {
    const row = { ...(await sealed(who, { text, policy })), path, at: Date.now() };
    await act("pages", (pages) => pages.put(row, path));
    const rows = (await all("pages")).sort((a, b) => b.at - a.at).slice(MOST_PAGES);
    if (rows.length) await act("pages", (pages) => void rows.forEach((old) => pages.delete(old.path)));
  };
  const dropOldPages = async (hours) => {
    const old = (await all("pages")).filter((row) => Date.now() - row.at > hours * 3600000);
    if (old.length) await act("pages", (pages) => void old.forEach((row) => pages.delete(row.path)));
  };
  const page = async (path, hours) => {
    await dropOldPages(hours);
    const row = await act("pages", (pages) => pages.get(path));
    return row && row.reader === (await reader()) ? { at: row.at, ...(await unsealed(row)) } : null;
  };

  /* Forms that wait, in the order of writing. What cannot be read any more is left out. */
  const put = async (item, instead = "") => {
    const { id, reader: who, at, state, ...rest } = item;
    const row = { ...(await sealed(who, rest)), id, at, state };
    await act("outbox", (outbox) => {
      if (instead) outbox.delete(instead);
      return outbox.put(row, id);
    });
  };
  const drop = (id) => act("outbox", (outbox) => outbox.delete(id));
  const waiting = async (who) => {
    const rows = (await all("outbox")).filter((row) => row.reader === who).sort((a, b) => a.at - b.at);
    const items = [];
    for (const row of rows) {
      try {
        items.push({ ...(await unsealed(row)), id: row.id, reader: who, at: row.at, state: row.state });
      } catch { /* its key is gone */ }
    }
    return items;
  };
  const ofOthers = async (who) => (await all("outbox")).filter((row) => row.reader !== who).length;

  const forgetPages = () => act("pages", (pages) => pages.clear());
  const forget = async (who) => {
    const rows = (await all("outbox")).filter((row) => row.reader === who);
    await act(STORES, (keys, pages, outbox) => {
      rows.forEach((row) => outbox.delete(row.id));
      pages.clear();
      keys.delete(`key:${who}`);
      return keys.delete("reader");
    });
  };

  return {
    able, drop, dropOldPages, forget, forgetPages, keepPage, ofOthers, page, put, readBy, reader, waiting,
    pages: async (who) => {
      const rows = (await all("pages")).filter((row) => row.reader === who).sort((a, b) => b.at - a.at);
      return Promise.all(rows.map(async (row) => ({ path: row.path, at: row.at, text: (await unsealed(row)).text })));
    },
  };
})();
