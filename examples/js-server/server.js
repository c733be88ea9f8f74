// A tea counter: a page, an API, and server-sent events that tell every page of each cup.

import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const PORT = Number(process.env.PORT ?? 8000);
const MOST = 1024;              // bytes of a request's body
const page = fileURLToPath(new URL('page.html', import.meta.url));

const cups = new Map();         // who → how many
const listeners = new Set();    // responses that stay open

const routes = {
  'GET /': (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    createReadStream(page).pipe(response);
  },
  'GET /api/cups': (request, response) => answer(response, 200, Object.fromEntries(cups)),
  'POST /api/cups': async (request, response) => {
    const { name } = JSON.parse(await bodyOf(request));
    if (typeof name !== 'string' || !name) return answer(response, 422, { error: 'who drinks it? {"name": "…"}' });
    cups.set(name, (cups.get(name) ?? 0) + 1);
    for (const listener of listeners) tell(listener);
    return answer(response, 201, { name, cups: cups.get(name) });
  },
  'GET /api/events': (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    listeners.add(response);
    response.on('close', () => listeners.delete(response));
    tell(response);
  },
};

const tell = (response) => response.write(`data: ${JSON.stringify(Object.fromEntries(cups))}\n\n`);

function answer(response, status, value) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MOST) throw Object.assign(new Error('too long'), { status: 413 });
  }
  return text;
}

createServer(async (request, response) => {
  const route = routes[`${request.method} ${request.url.split('?')[0]}`];
  try {
    await (route ? route(request, response) : answer(response, 404, { error: `nothing at ${request.url}` }));
  } catch (error) {
    answer(response, error.status ?? 400, { error: error.message });
  }
}).listen(PORT, () => console.log(`listening on port ${PORT}`));
