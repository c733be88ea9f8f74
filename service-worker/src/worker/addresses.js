// The addresses of the ports of this OS: as its programs and their pages know them, and as previews. In the shim, too.

const LOOPBACK = new Set(['localhost', '127.0.0.1', '0.0.0.0', '[::1]', '[::]']);
const PREVIEW = /^p(\d+)-/;

/** The port that a preview's host names, or 0. */
export const previewedPort = ({ hostname }) => Number(PREVIEW.exec(hostname)?.[1] ?? 0);

/**
 * The port of this OS that an address means where a page of a preview says it, or 0: that of `http://localhost:3000/`, of the
 * page's own host with another port (what becomes of `location.hostname` and 3000), or of another preview.
 *
 * @param {URL} address
 * @param {URL | Location} page
 */
export function osPort({ protocol, hostname, port }, page) {
  if (!/^(http|ws)s?:$/.test(protocol)) return 0;
  if (LOOPBACK.has(hostname)) return /^(http|ws):$/.test(protocol) ? Number(port || 80) : 0;
  if (port === page.port) return hostname.replace(PREVIEW, '') === page.hostname.replace(PREVIEW, '') ? previewedPort({ hostname }) : 0;
  return hostname === page.hostname ? Number(port || 80) : 0;
}

/** The same address in the preview of a port of this OS. */
export function inPreview({ pathname, search, hash }, port, page) {
  return `${page.protocol}//${page.host.replace(PREVIEW, `p${port}-`)}${pathname}${search}${hash}`;
}
