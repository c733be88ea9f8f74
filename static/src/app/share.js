import { byId, element } from './dom.js';
import { bytes, duration } from './format.js';

const EVERY_MS = 1000;
const WORDS = {
  connecting: 'Connecting…', public: 'Public', reconnecting: 'Reconnecting…', refused: 'Not public', closed: 'No longer public',
};

/** What is said besides the reason. */
const ADVICE = { reconnecting: 'The same address is asked for again, by itself.' };

const dialog = byId('sharing');
const button = byId('preview-share');
const form = byId('share-form');
const shared = byId('shared');
const open = byId('share-open');
const link = byId('share-url');
const rows = byId('share-visitors');

/** The dialog that makes a port public: one tunnel for each port, which lasts whether the dialog is open or not. */
export class Share {
  #os;
  #shares = new Map();
  #port = 0;
  #timer = 0;

  /** @param {() => number} portInSight what is to be shared, 0 for nothing */
  constructor(os, portInSight) {
    this.#os = os;
    button.addEventListener('click', () => this.show(portInSight()));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#share(this.#port);
    });
    byId('share-stop').addEventListener('click', () => this.#stop());
    byId('share-again').addEventListener('click', () => {
      this.#shares.delete(this.#port);
      this.#draw();
      form.elements.server.focus();
    });
    byId('share-copy').addEventListener('click', (event) => copy(event.currentTarget));
    dialog.addEventListener('close', () => clearTimeout(this.#timer));
  }

  /** Opens the dialog for a port. */
  show(port) {
    if (!port) return;
    this.#port = port;
    byId('share-port').textContent = port;
    this.#draw();
    dialog.showModal();
    this.#look();
  }

  async #share(port) {
    const field = (name) => form.elements[name].value.trim();
    const life = Number(field('life'));
    const expires = life ? Date.now() + life * 60_000 : undefined;
    const abort = new AbortController();
    const share = { state: 'connecting', reason: '', url: null, expires, abort, since: new Map() };
    this.#shares.set(port, share);
    byId('share-warning').hidden = true; // read once is enough
    this.#draw();
    byId('share-stop').focus();
    try {
      const tunnel = await this.#os.tunnel.open({
        port,
        server: field('server') || undefined,
        secret: form.elements.secret.value || undefined,
        remotePort: Number(field('remotePort') || 0),
        relay: field('relay') || undefined,
        maxVisitors: Number(field('maxVisitors') || 100),
        expires,
        signal: abort.signal,
      });
      Object.assign(share, { tunnel, state: tunnel.state, reason: tunnel.reason, url: tunnel.url });
      tunnel.on('state', (state, { url, reason }) => {
        Object.assign(share, { state, url, reason });
        this.#draw();
      });
      tunnel.on('visitor', () => this.#look());
      this.#draw();
      // Whoever pressed Enter twice shall not have stopped it.
      if (document.activeElement === byId('share-stop')) byId('share-copy').focus();
    } catch (error) {
      if (error.code === 'ABORTED') this.#shares.delete(port);
      else Object.assign(share, { state: 'refused', reason: error.message.replace(/^tunnel\.open: /, '') });
    }
    this.#draw();
  }

  #stop() {
    const share = this.#shares.get(this.#port);
    if (share?.tunnel) share.tunnel.close();
    else share?.abort.abort();
  }

  #draw() {
    this.#mark();
    const share = this.#shares.get(this.#port);
    const over = share?.state === 'refused' || share?.state === 'closed';
    form.hidden = !!share;
    shared.hidden = !share;
    if (!share) return;
    byId('share-state').dataset.state = share.state;
    byId('share-state').textContent = WORDS[share.state];
    byId('share-reason').textContent = [share.reason, ADVICE[share.state]].filter(Boolean).join(' ');
    const isFocused = document.activeElement === byId('share-stop');
    byId('share-stop').hidden = over;
    byId('share-again').hidden = !over;
    if (over && isFocused) byId('share-again').focus();
    byId('share-end').textContent = share.expires && !over
      ? `Until ${new Date(share.expires).toLocaleString('en', { weekday: 'long', hour: 'numeric', minute: '2-digit' })}.` : '';
    open.hidden = over || !share.url;
    if (share.url && link.textContent !== share.url) {
      link.textContent = link.href = share.url;
      import('./qr.js').then(({ qrCode }) => byId('share-qr').replaceChildren(qrCode(share.url)));
    }
    this.#look();
  }

  /** What is public can be seen with the dialog closed, too. */
  #mark() {
    const live = [...this.#shares].filter(([, { state }]) => state === 'public' || state === 'reconnecting').map(([port]) => port);
    button.toggleAttribute('data-live', live.length > 0);
    button.textContent = live.length > 0 ? 'Public' : 'Share…';
    button.title = live.length > 0 ? `Public: port ${live.join(', ')}` : 'Make this port public';
  }

  /** Shows who is connected, now and again every second while somebody sees it. */
  async #look() {
    clearTimeout(this.#timer);
    const share = this.#shares.get(this.#port);
    const live = share?.state === 'public' || share?.state === 'reconnecting';
    if (!live || !share.tunnel || !dialog.open) return;
    const visitors = await share.tunnel.visitors();
    const now = performance.now();
    const since = new Map(visitors.map(({ id }) => [id, share.since.get(id) ?? now]));
    share.since = since;
    byId('share-count').textContent = visitors.length === 0 ? 'Nobody is connected.'
      : visitors.length === 1 ? 'One visitor:' : `${visitors.length} visitors:`;
    rows.replaceChildren(...visitors.map(({ id, received, sent }) => element('tr', {},
      ...[`${id}`, duration(now - since.get(id)), bytes(received), bytes(sent)].map((text) => element('td', { className: 'number' }, text)))));
    rows.closest('table').hidden = visitors.length === 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), EVERY_MS);
  }
}

async function copy(button) {
  await navigator.clipboard.writeText(link.textContent);
  button.textContent = 'Copied';
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}
