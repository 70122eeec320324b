/* Network first. Without a network: the style and scripts of the last time, the pages of an
   incident that this reader opened, as they stood, and for all others the page that says what
   waits on this device. VERSION, HOURS, SHELL and TONGUES stand above, written by the server. */
"use strict";
const device = self.takatufDevice;
const SHELF = `takatuf-${VERSION}`;

addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const shelf = await caches.open(SHELF);
    /* As a stranger sees them: nobody's name may stand in a page that everybody here gets. */
    await shelf.addAll(SHELL.map((path) => new Request(path, { credentials: "omit", cache: "reload" })));
    await skipWaiting();
  })());
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== SHELF) await caches.delete(name);
    await clients.claim();
  })());
});

const asset = async (request) => {
  const shelf = await caches.open(SHELF);
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.type === "basic") await shelf.put(request, answer.clone());
    return answer;
  } catch (fault) {
    const kept = await shelf.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw fault;
  }
};

/* The server says in each page who reads it, and which pages may be kept. */
const remember = async (path, answer) => {
  const who = answer.headers.get("Takatuf-Reader");
  if (!who) {
    if (answer.headers.has("Takatuf-Nobody")) await device.forgetPages();
    return;
  }
  await device.readBy(who);
  await device.dropOldPages(HOURS); /* with 0 hours, every one that an earlier worker kept */
  if (HOURS && answer.status === 200 && answer.headers.has("Takatuf-Keep")) {
    await device.keepPage(who, path, await answer.text(), answer.headers.get("Content-Security-Policy") || "");
  }
};

const asItStood = async (path) => {
  const kept = HOURS && device.able ? await device.page(path, HOURS).catch(() => null) : null;
  if (kept) {
    const text = kept.text.replace("<html ", `<html data-stood="${kept.at}" `);
    return new Response(text, { headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": kept.policy,
      "Cache-Control": "no-store",
    } });
  }
  const tongue = TONGUES.find((code) => path.startsWith(`/${code}/`)) || TONGUES[0];
  const shelf = await caches.open(SHELF);
  return (await shelf.match(`/${tongue}/waiting/`)) || Response.error();
};

const page = async (event, path) => {
  let answer;
  try {
    answer = await fetch(event.request);
  } catch {
    return asItStood(path);
  }
  if (device.able && answer.type === "basic") {
    const copy = answer.clone();
    const there = answer.redirected ? new URL(answer.url).pathname : path;
    event.waitUntil(remember(there, copy).catch(() => {}));
  }
  return answer;
};

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(asset(request));
  else if (request.mode === "navigate") event.respondWith(page(event, url.pathname));
});
