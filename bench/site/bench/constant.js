// The peer of a preview: a service worker that answers each request by itself, always the same.
addEventListener('install', () => skipWaiting());
addEventListener('fetch', (event) => event.respondWith(new Response('hello\n', { headers: { 'content-type': 'text/plain' } })));
