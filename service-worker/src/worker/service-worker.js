// A preview's service worker: what a page of this origin fetches goes to the server in the OS that listens on its port.
import { osPort, previewedPort } from './addresses.js';
import { allowing, cleaned, valueOf } from './headers.js';
import { Injection, saysCharset, typeWithCharset } from './injection.js';
import { KernelLink } from './kernel-link.js';
import { problemResponse } from './pages.js';

const NULL_BODY = new Set([204, 205, 304]);
const DECODERS = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' };

const CORP = 'cross-origin-resource-policy';

/** How the shim asks for what is to be saved under a name. */
const DOWNLOAD = /[?&]__samovar-download=([^&]*)$/;

const OWN_PORT = previewedPort(location);
const OWN_ADDRESSES = `${location.origin}/`;

const kernel = new KernelLink();

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.url.startsWith(OWN_ADDRESSES)) {
    if (!url.pathname.startsWith('/__samovar/')) event.respondWith(answer(request, url));
    return;
  }
  const port = osPort(url, location);
  if (port === OWN_PORT) {
    // By another name of the server it is still the same.
    event.respondWith(answer(request, new URL(url.pathname + url.search, location.origin)));
  } else if (port !== 0) {
    event.respondWith(answerOfAnother(request, url, port));
  }
});

addEventListener('message', (event) => {
  const { data, ports, source } = event;
  if (!Array.isArray(data)) return;
  switch (data[0]) {
    case 'port':
      if (ports[0] && typeof data[1] === 'string') {
        kernel.adopt(ports[0], data[1], data[2]);
        source?.postMessage(['ready']);
        event.waitUntil(wakeWaiting());
      }
      break;
    case 'open':
      event.waitUntil(wakeWaiting());
      break;
    case 'websocket':
      if (ports[0]) event.waitUntil(openWebSocket(data[1], ports[0]));
      break;
    case 'cookie':
      event.waitUntil(kernel.port().then((port) => port.postMessage(['cookie', String(data[1]), pathOf(source)]), () => {}));
      break;
    default:
      break;
  }
});

const pathOf = (client) => (client?.url ? new URL(client.url).pathname : '/');

/** Pages that say that nothing listens try again; no other page hears this. */
async function wakeWaiting() {
  for (const client of await clients.matchAll({ type: 'window' })) {
    client.postMessage(['reload']);
  }
}

async function openWebSocket(head, port) {
  try {
    (await kernel.port()).postMessage(['websocket', head], [port]);
  } catch {
    port.postMessage(['close', 1006, '', false]);
  }
}

async function answer(request, url) {
  const download = DOWNLOAD.exec(url.search);
  if (download) url.search = url.search.slice(0, download.index);
  try {
    // Not event.waitUntil(): a stream keeps its worker as long as it is open, an event for five minutes at most.
    const head = await (await kernel.exchange(request, url, OWN_PORT, false)).head;
    if (download && head.status < 300) head.headers = asAttachment(head.headers, download[1]);
    return await response(request, url, head);
  } catch (problem) {
    return problemResponse(problem, request, url);
  }
}

/**
 * What a page has of another port of this OS. The kernel lets pass what a browser would of another origin, and knows from where
 * the page is. What it says cannot be told to the page, as in any browser: it stands in the console.
 */
async function answerOfAnother(request, url, port) {
  try {
    const head = await (await kernel.exchange(request, url, port, true)).head;
    // A script that asked for something that it may not read (no-cors) sees nothing of it.
    if (request.mode === 'no-cors' && request.destination === '') return new Response(null);
    const location = valueOf(head.headers, 'location');
    const headers = without(head.headers, 'location');
    if (location) headers.push(['location', new URL(location, url).href]);
    return await response(request, url, { ...head, headers, cookies: [] });
  } catch (problem) {
    if (problem.code !== 'ABORTED') console.error(`${request.method} ${url.href}: ${problem.message}`);
    return Response.error();
  }
}

async function response(request, url, { status, statusText, headers: sent, body, cookies }) {
  if (cookies.length > 0) await mirror(cookies);
  let headers = cleaned(sent, request, url, kernel.framers);
  // What browsers ask of other origins' answers in a page that is isolated as previews are.
  if (!request.url.startsWith(OWN_ADDRESSES)) headers = [...without(headers, CORP), [CORP, 'cross-origin']];
  if (request.method === 'HEAD' || NULL_BODY.has(status)) body = null;
  if (body) {
    const format = DECODERS[valueOf(headers, 'content-encoding')?.trim().toLowerCase()];
    if (format) {
      body = streamOf(body).pipeThrough(new DecompressionStream(format));
      headers = without(headers, 'content-encoding', 'content-length');
    }
    if (takesShim(request, headers)) {
      [body, headers] = await withShim(body, headers);
    }
  }
  if (body) body = streamOf(body);
  try {
    return new Response(body, { status, statusText, headers });
  } catch {
    return new Response(body, { status, statusText: '', headers: acceptable(headers) });
  }
}

function asAttachment(headers, name) {
  const named = /filename/i.test(valueOf(headers, 'content-disposition') ?? '') || !name;
  return named ? [['content-disposition', (valueOf(headers, 'content-disposition') ?? '').replace(/^\s*[^;]*/, 'attachment')],
    ...without(headers, 'content-disposition')]
    : [...without(headers, 'content-disposition'), ['content-disposition', `attachment; filename*=UTF-8''${name}`]];
}

/**
 * A body as a stream. Also one that is there as a whole: given to a Response as bytes it would become a Blob first, which
 * takes the browser 0.7 ms.
 */
function streamOf(body) {
  return body instanceof Uint8Array ? new ReadableStream({
    start(controller) {
      if (body.length > 0) controller.enqueue(body);
      controller.close();
    },
  }) : body;
}

const without = (headers, ...names) => headers.filter(([name]) => !names.includes(name.toLowerCase()));

/** Documents get it; not what a script fetches to put it into one, and not what is saved to the disk. */
function takesShim({ mode }, headers) {
  return mode === 'navigate' && /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(valueOf(headers, 'content-type') ?? '')
    && !/^\s*attachment\b/i.test(valueOf(headers, 'content-disposition') ?? '');
}

async function withShim(body, headers) {
  const nonce = crypto.randomUUID();
  let type = valueOf(headers, 'content-type');
  // The comments hide it from XML.
  const script = `<script xmlns="http://www.w3.org/1999/xhtml" nonce="${nonce}">/*<![CDATA[*/${SHIM}/*]]>*/</script>`;
  const reader = streamOf(body).getReader();
  let first = { done: false };
  if (!saysCharset(type) && /html\b(?!\+xml)/i.test(type)) {
    first = await reader.read();
    if (!first.done) type = typeWithCharset(type, first.value);
  }
  const injection = new Injection(script, type);
  const stream = new ReadableStream({
    async pull(controller) {
      // Until there is something to give: a stream is not asked again for nothing.
      for (;;) {
        const { done, value } = first.value ? first : await reader.read();
        first = { done: first.done };
        const piece = done ? injection.end() : injection.take(value);
        if (piece.length > 0) controller.enqueue(piece);
        if (done) controller.close();
        if (done || piece.length > 0) return;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return [stream, without(headers, 'content-length', 'content-type')
    .map(([name, value]) => [name, /^content-security-policy/i.test(name) ? allowing(value, nonce) : value])
    .concat([['content-type', type]])];
}

/** A response made by a script cannot set cookies; those that pages may see are set beside it. */
async function mirror(cookies) {
  for (const cookie of globalThis.cookieStore ? cookies.map(unicode) : []) {
    const [pair, ...attributes] = cookie.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    const options = { name: pair.slice(0, Math.max(at, 0)), value: pair.slice(at + 1), sameSite: 'lax' };
    for (const attribute of attributes) {
      const [name, value = ''] = attribute.split(/=(.*)/s);
      if (/^path$/i.test(name) && value.startsWith('/')) options.path = value;
      else if (/^expires$/i.test(name) && options.expires === undefined) options.expires = Date.parse(value);
      else if (/^max-age$/i.test(name)) options.expires = Date.now() + 1000 * value;
      else if (/^samesite$/i.test(name) && /^strict$/i.test(value)) options.sameSite = 'strict';
    }
    try {
      await cookieStore.set(options);
    } catch {
      // One that the browser does not take is not seen by scripts; the kernel still sends it.
    }
  }
}

/** A cookie as a page sees it: its bytes are UTF-8. */
function unicode(text) {
  return new TextDecoder().decode(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}

/** The headers as the browser takes them: one that is malformed is left out, not the response with it. */
function acceptable(list) {
  const headers = new Headers();
  for (const [name, value] of list) {
    try {
      headers.append(name, value);
    } catch {
      // Not a header.
    }
  }
  return headers;
}
