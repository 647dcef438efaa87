/* The service worker: pages come from the network; without one, the offline page with the last seen copy.

   FILES and VERSION are written before this text by the server: a changed file makes a changed worker.
   Nothing of a person is kept here but the one copy that the page puts into OWN. */
"use strict";
const SHELL = `shell-${VERSION}`;
const OWN = "own";
const OFFLINE = "/offline";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

const opened = async (request) => {
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    return (await caches.match(OFFLINE, { cacheName: SHELL })) || Response.error();
  }
  /* Whoever is asked to sign in is not the person whose copy lies here, or not any more. */
  if (answer.status === 401 || new URL(answer.url || request.url).pathname === "/sign-in") await caches.delete(OWN);
  return answer;
};

const file = async (request) => (await caches.match(request, { cacheName: SHELL })) || fetch(request);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(opened(request));
  else if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(file(request));
});
