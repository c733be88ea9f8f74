/*
 * The service worker of the OS's own origin. What comes from it, out of the Cache API, are the programs that this browser
 * keeps, each under the URL of its hash: only what is fetched by that URL, through here, comes with the code that the browser
 * optimised for it earlier. Every other request goes on to the network as if there were no service worker: the page, above
 * all, is never an old one.
 */
const PROGRAMS = 'samovar-runtimes';

addEventListener('install', () => skipWaiting());

// It takes over from the next visit on: to claim a page in its first moments could break off a script that is on its way.

addEventListener('fetch', (event) => {
  const { request } = event;
  // How the kernel asks for what it keeps. Whoever downloads a program does not come this way.
  if (request.method === 'GET' && request.cache === 'only-if-cached' && new URL(request.url).origin === location.origin) {
    event.respondWith(caches.match(request.url, { cacheName: PROGRAMS }).then((kept) => kept ?? Response.error()));
  }
});
