// Headers on their way from a server in the OS to the browser.
import { inPreview, osPort, previewedPort } from './addresses.js';

/** Belong to the connection, which ends in the kernel. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
/** Forbid what previews are: a page in a frame. What is put in its place stands in {@link ISOLATION}. */
const REPLACED = new Set(['x-frame-options', 'cross-origin-embedder-policy', 'cross-origin-embedder-policy-report-only',
  'cross-origin-resource-policy', 'origin-agent-cluster']);
/** Without them a document may not stand in the OS page, which is isolated; and it would run in that page's process. */
const ISOLATION = [['cross-origin-embedder-policy', 'credentialless'], ['cross-origin-resource-policy', 'cross-origin'],
  ['origin-agent-cluster', '?1']];
/** Scripts that start workers need the policy of the document, too. */
const WORKERS = new Set(['worker', 'sharedworker']);
/** Are no lists: the first one counts. */
const SINGLE = new Set(['content-length', 'content-type', 'content-disposition', 'location', 'content-location', 'refresh']);
/** Directives of a content security policy that cannot hold in a preview. */
const DROPPED_DIRECTIVES = new Set(['frame-ancestors', 'upgrade-insecure-requests', 'block-all-mixed-content']);

/** The first value of a header, or undefined. */
export function valueOf(headers, name) {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

/**
 * The headers that the browser gets.
 *
 * @param {[string, string][]} headers as the server sent them
 * @param {{mode: string, destination: string}} request
 * @param {URL} page the address asked for, on the preview's host
 * @param {string} framers the origins of the OS page and of all that frames it; empty where the browser does not tell
 */
export function cleaned(headers, { mode, destination }, page, framers = '') {
  const navigates = mode === 'navigate';
  const isolates = navigates || WORKERS.has(destination);
  const result = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || (isolates && REPLACED.has(lower))) {
      continue;
    }
    if (lower === 'content-security-policy' || lower === 'content-security-policy-report-only') {
      const policy = inPreviews(value, page);
      if (policy) result.push([name, policy]);
    } else if (lower === 'location' || lower === 'content-location') {
      result.push([name, onPreviewHost(value, page, navigates)]);
    } else if (lower === 'refresh') {
      result.push([name, value.replace(/(url\s*=\s*['"]?)([^'"]+)/i, (_, before, address) => before + onPreviewHost(address, page, navigates))]);
    } else {
      result.push([name, value]);
    }
  }
  if (navigates && framers) result.push(['content-security-policy', `frame-ancestors ${framers} ${mayFrame(headers, page)}`]);
  return once(isolates ? [...result, ...ISOLATION] : result);
}

/**
 * Who may frame a document beside the OS page: whom its server allows (X-Frame-Options counts where no policy says it,
 * https://html.spec.whatwg.org/#the-x-frame-options-header). Where it says nothing, the previews beside it, whose names nobody
 * else can guess.
 */
function mayFrame(headers, page) {
  const said = headers.filter(([name]) => /^content-security-policy$/i.test(name)).flatMap(([, value]) => policies(value).flat())
    .filter((directive) => nameOf(directive) === 'frame-ancestors');
  const old = valueOf(headers, 'x-frame-options')?.trim().toLowerCase();
  const previews = `${page.protocol}//${page.host.replace(/^[^.]*/, '*')}`;
  if (said.length === 0) return old === 'deny' ? '' : old === 'sameorigin' ? "'self'" : previews;
  // Of several policies the first: that they must all agree cannot be said together with the OS page.
  return sourcesOf(said[0], page).flatMap((source) => (/^'none'$/i.test(source) ? [] : source === '*' ? previews : source)).join(' ');
}

/**
 * Each header once, values of the same name joined by commas, which is the same to HTTP: of several headers with one name,
 * Chromium takes but the first of what a service worker answers.
 */
function once(headers) {
  const values = new Map();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const before = values.get(lower);
    if (!before) values.set(lower, [name, value]);
    else if (!SINGLE.has(lower)) before[1] += `, ${value}`;
  }
  return values.size === headers.length ? headers : [...values.values()];
}

/**
 * An address on the server's own host, as it knows itself, becomes one on the preview's. One of another port does where somebody
 * is led there; a page's script asks for that as for another origin.
 */
function onPreviewHost(address, page, navigates) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return address; // relative: right as it is
  }
  const port = osPort(url, page);
  return port !== 0 && (navigates || port === previewedPort(page)) ? inPreview(url, port, page) : address;
}

/** A comma ends a policy, a semicolon a directive. */
function policies(value) {
  return value.split(',').map((policy) => policy.split(';').map((directive) => directive.trim()).filter(Boolean));
}

const nameOf = (directive) => directive.split(/\s/, 1)[0].toLowerCase();
const joined = (list) => list.filter((policy) => policy.length > 0).map((policy) => policy.join('; ')).join(', ');

/** A source of a policy that names a port of the OS: `localhost:3000`, `ws://127.0.0.1:*`. */
const LOCAL_SOURCE = /^(?:(?:http|ws):\/\/)?(?:localhost|127\.0\.0\.1|\[::1\])(?::(\d+|\*))?(\/[^?#]*)?$/i;

/** The sources of a directive; for each that names a port of the OS also its preview. */
function sourcesOf(directive, page) {
  return directive.split(/\s+/).slice(1).flatMap((source) => {
    const named = LOCAL_SOURCE.exec(source);
    if (!named) return source;
    const [, port, path = ''] = named;
    const host = page.host.replace(/^[^.]*/, port === '*' ? '*' : (label) => label.replace(/^p\d+/, `p${port ?? 80}`));
    return [source, `${page.protocol}//${host}${path}`];
  });
}

/** A policy without what cannot hold in a preview, and with the previews of the ports that it names. */
function inPreviews(value, page) {
  return joined(policies(value).map((policy) => policy.filter((directive) => !DROPPED_DIRECTIVES.has(nameOf(directive)))
    .map((directive) => (/localhost|127\.0\.0\.1|\[::1\]/i.test(directive) ? [directive.split(/\s/, 1)[0], ...sourcesOf(directive, page)].join(' ') : directive))));
}

/** A content security policy that also lets the inline script with this nonce run. */
export function allowing(value, nonce) {
  return joined(policies(value).map((policy) => {
    const of = (...names) => names.map((name) => policy.find((directive) => nameOf(directive) === name)).find(Boolean);
    const decides = of('script-src-elem', 'script-src', 'default-src');
    if (!decides) return policy;
    const sources = decides.split(/\s+/).slice(1);
    const strict = sources.some((source) => /^'(nonce-|sha(256|384|512)-|strict-dynamic)/i.test(source));
    // Where inline scripts run anyway, a nonce would put an end to that.
    if (!strict && sources.some((source) => /^'unsafe-inline'$/i.test(source))) return policy;
    const wider = [nameOf(decides) === 'default-src' ? 'script-src' : nameOf(decides),
      ...sources.filter((source) => !/^'none'$/i.test(source)), `'nonce-${nonce}'`].join(' ');
    return nameOf(decides) === 'default-src' ? [...policy, wider] : policy.map((each) => (each === decides ? wider : each));
  }));
}
