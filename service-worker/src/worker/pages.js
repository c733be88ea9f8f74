// What is shown when there is no answer from a server in the OS.
import { inPreview, previewedPort } from './addresses.js';

const STATUS = { ECONNREFUSED: 502, EPROTO: 502, ECONNRESET: 502, E2BIG: 502, ETIMEDOUT: 504, SILENT: 504, GONE: 503 };
const TEXT = { 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Timeout' };

const TITLE = {
  ECONNREFUSED: (port) => `Nothing listens on port ${port}`,
  GONE: () => 'The Samovar of this preview is not there',
  SILENT: () => 'The Samovar tab does not answer',
  ETIMEDOUT: (port) => `The server on port ${port} takes too long`,
  EPROTO: (port) => `What port ${port} answers is not HTTP`,
  ECONNRESET: (port) => `The server on port ${port} hung up`,
  E2BIG: () => 'The answer is too large',
};

/** What to do, and whether the page comes back by itself. */
const ADVICE = {
  ECONNREFUSED: ['This page loads by itself as soon as something listens there.', true],
  GONE: ['Open Samovar, start the program again and use the address of its new preview. Should this very one come back, the page loads by itself. '
    + 'If it is open, with previews of another site than its own, this browser keeps tabs apart from the frames there: look at the preview in Samovar.', true],
  SILENT: ['Look at the Samovar tab: it may be busy. Then load this page again.', true],
  ETIMEDOUT: ['Look at what the program prints, then load this page again.', false],
};
const OTHER_ADVICE = ['Look at what the program prints, then load this page again.', false];

const STYLE = `
:root{color-scheme:light dark;--paper:#f7f3ec;--card:#fffdf9;--ink:#2b211a;--soft:#6f6155;--line:#e2d8ca;--accent:#9c4a1e}
@media(prefers-color-scheme:dark){:root{--paper:#15110e;--card:#1e1814;--ink:#ede4d9;--soft:#a99a8b;--line:#372c25;--accent:#e2965a}}
*{box-sizing:border-box}
body{margin:0;min-height:100dvh;display:grid;place-items:center;padding:1.5rem;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:min(100%,34rem);padding:1.6rem 1.8rem;background:var(--card);border:1px solid var(--line);border-radius:14px}
.status{margin:0;color:var(--accent);font-weight:650;font-variant-numeric:tabular-nums}
h1{margin:.1rem 0 .7rem;font-size:1.35rem;line-height:1.25;text-wrap:balance}
p{margin:.5rem 0}.soft{color:var(--soft)}
ul{display:flex;flex-wrap:wrap;gap:.4rem;margin:.6rem 0;padding:0;list-style:none}
a{color:var(--accent)}li a{display:block;padding:.15rem .7rem;border:1px solid var(--line);border-radius:99px;text-decoration:none}
@media(prefers-reduced-motion:no-preference){.waits::after{content:"";display:inline-block;width:.5rem;height:.5rem;margin-left:.5rem;border-radius:50%;background:var(--accent);animation:b 1s ease-in-out infinite alternate}@keyframes b{to{opacity:.15}}}
`;

/** Tells a probe that no server has answered. */
const MARK = 'samovar-preview-problem';

// The worker tells when something listens; should that be missed, looking now and then helps.
const COMES_BACK = `
navigator.serviceWorker.addEventListener('message', ({ data }) => { if (data?.[0] === 'reload') location.reload(); });
navigator.serviceWorker.startMessages();
let pause = 1000;
(function look() {
  setTimeout(async () => {
    const answer = await fetch(location.href, { method: 'HEAD' }).catch(() => null);
    if (answer && !answer.headers.has('${MARK}')) location.reload();
    else look(pause = Math.min(2 * pause, 30000));
  }, pause);
})();
`;

const escaped = (text) => String(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** @param {{code: string, message: string, listening: number[]}} problem */
export function problemResponse(problem, { mode, method }, page) {
  const { code = 'EPROTO', message, listening = [] } = problem;
  const status = STATUS[code] ?? 502;
  const common = {
    'cache-control': 'no-store', [MARK]: code, 'cross-origin-embedder-policy': 'credentialless',
    'cross-origin-resource-policy': 'cross-origin', 'origin-agent-cluster': '?1',
  };
  const init = (type, more) => ({ status, statusText: TEXT[status], headers: { ...common, 'content-type': `${type}; charset=utf-8`, ...more } });
  if (mode !== 'navigate') {
    return new Response(method === 'HEAD' ? null : `${message}\n`, init('text/plain'));
  }
  const port = previewedPort(page);
  const [advice, waits] = ADVICE[code] ?? OTHER_ADVICE;
  const title = (TITLE[code] ?? TITLE.EPROTO)(port);
  const nonce = crypto.randomUUID();
  const links = listening.filter((each) => Number.isInteger(each)).map((each) => (
    `<li><a href="${escaped(inPreview(new URL('/', page), each, page))}">port ${each}</a></li>`)).join('');
  const others = code !== 'ECONNREFUSED' ? ''
    : links ? `<p>What does listen in this OS:</p><ul>${links}</ul>` : '<p>Nothing else listens in this OS either: is the program running?</p>';
  return new Response(`<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title>`
    + `<meta name="viewport" content="width=device-width,initial-scale=1"><style>${STYLE}</style>`
    + `<main><p class="status">${status} ${TEXT[status]}</p><h1>${escaped(title)}</h1>${code === 'ECONNREFUSED' ? '' : `<p>${escaped(message)}</p>`}${others}`
    + `<p class="soft${waits ? ' waits' : ''}" role="status">${escaped(advice)}</p></main>`
    + `${waits ? `<script nonce="${nonce}">${COMES_BACK}</script>` : ''}</html>`,
  init('text/html', { 'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'; connect-src 'self'` }));
}
