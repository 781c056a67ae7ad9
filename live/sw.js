// The service worker: it keeps the files of this site, as many as are listed, for when there is no network.
//
// tools/make_site.py writes it to the root of the site with the list of all files and a name that changes with them.

const FILES = [];
const VERSION = "";
const KEPT = `lstm-teach-${VERSION}`;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)));
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("lstm-teach-") && name !== KEPT);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const file = decodeURI(request.url.split(/[?#]/)[0]).slice(self.registration.scope.length) || "index.html";
  if (request.method === "GET" && request.url.startsWith(self.registration.scope) && FILES.includes(file)) {
    event.respondWith(answer(request, file));
  }
});

// Python never changes under its names, so it is taken from what is kept; a page is, where the network fails.
async function answer(request, file) {
  const kept = () => caches.match(file, { cacheName: KEPT });
  if (file.startsWith("python/")) {
    return (await kept()) ?? fetch(request);
  }
  try {
    return await fetch(request);
  } catch (error) {
    const page = await kept();
    if (page) {
      return page;
    }
    throw error;
  }
}
