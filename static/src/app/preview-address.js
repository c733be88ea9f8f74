const LOOPBACK = new Set(['localhost', '127.0.0.1', '0.0.0.0', '[::1]']);

/**
 * What was typed into the address bar: a path, a port, `localhost:8000/path`, or an address of a preview.
 *
 * @param {string} text
 * @param {Map<number, string>} urls the preview of each port
 * @param {number} current the port in sight
 * @returns {{port: number, path: string} | null} null if it leads nowhere
 */
export function addressOf(text, urls, current) {
  const typed = text.trim();
  if (typed === '' || /^[/?#]/.test(typed)) {
    return { port: current, path: typed.startsWith('/') ? typed : `/${typed}` };
  }
  const short = /^:?(\d{1,5})(?=$|[/?#])(.*)$/.exec(typed);
  const url = parse(short ? `http://localhost:${short[1]}${short[2]}` : /^[a-z]+:\/\//i.test(typed) ? typed : `http://${typed}`);
  if (!url) return null;
  const path = url.pathname + url.search + url.hash;
  if (LOOPBACK.has(url.hostname)) {
    const port = Number(url.port || 80);
    return urls.has(port) ? { port, path } : null;
  }
  for (const [port, of] of urls) {
    if (url.origin === of) return { port, path };
  }
  return null;
}

function parse(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
