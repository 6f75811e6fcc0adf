// Keeps the day list of each branch that this browser worked at, so that a
// branch can go on calling by voice while the server is away. It answers pages
// of the staff only when there is no connection, and only with the list, its
// style and its font: numbers, times and services, never a name.

const store = "aufruf-day-list";
const list = /^\/staff\/[^/]+\/liste$/;
const static_ = /^\/static\/[^/]+\/(tokens\.css|staff\/staff\.css|fonts\/.*|booking\/icon\.svg)$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// A page hands over the address of its branch's list, now and then.
self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keep(event.data.keep));
  if (event.data?.forget) event.waitUntil(caches.delete(store));
});

async function keep(path) {
  const answer = await fetch(path, { cache: "no-store", redirect: "error", headers: { "X-Aufruf-Look": "1" } });
  if (!answer.ok) return;
  const cache = await caches.open(store);
  const html = await answer.clone().text();
  await cache.put(path, answer);
  const needed = [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((m) => m[1]).filter((url) => static_.test(url));
  const known = (await cache.keys()).map((request) => new URL(request.url).pathname);
  for (const old of known) if (old.startsWith("/static/") && !needed.includes(old)) await cache.delete(old);
  await cache.addAll(needed.filter((url) => !known.includes(url)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => withoutConnection(url)));
  else if (static_.test(url.pathname)) event.respondWith(fetch(request).catch(() => kept(url.pathname)));
});

// withoutConnection answers any page with its branch's list, else with the only
// one there is.
async function withoutConnection(url) {
  const cache = await caches.open(store);
  const branch = url.pathname.split("/")[2];
  const lists = (await cache.keys()).map((request) => new URL(request.url).pathname).filter((path) => list.test(path));
  const wanted = lists.find((path) => path.split("/")[2] === branch) ?? lists[0];
  return (wanted && (await cache.match(wanted))) || Response.error();
}

async function kept(path) {
  const cache = await caches.open(store);
  return (await cache.match(path)) ?? Response.error();
}
