import { byId, element } from './dom.js';
import { addressOf } from './preview-address.js';
import { Requests } from './requests.js';

// All but what leads out of the frame: navigating the page itself, above all.
const SANDBOX = 'allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox '
  + 'allow-downloads allow-pointer-lock';
const MOST_SHOWN = 2000;

const pane = byId('preview');
const ports = byId('preview-port');
const bar = byId('preview-address');
const address = byId('preview-path');
const reload = byId('preview-reload');
const widths = byId('preview-width');
const tab = byId('preview-tab');
const close = byId('preview-close');
const toggle = byId('preview-toggle');
const screen = byId('preview-screen');
const empty = byId('preview-empty');

/** The pane beside the terminals that shows what a program serves. It opens by itself when there is something to see. */
export class Preview {
  /** The address of each port that ever listened, and whether it does now. */
  #urls = new Map();
  #open = new Set();
  #port = null;
  #frame = null;

  constructor(os) {
    new Requests(os);
    os.on('port', (port, change, url) => {
      this.#urls.set(port, url);
      if (change === 'open') this.#open.add(port);
      else this.#open.delete(port);
      this.#drawPorts();
    });
    os.on('server-ready', (port) => this.#ready(port));
    ports.addEventListener('change', () => this.#show(Number(ports.value), '/'));
    bar.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#go();
    });
    address.addEventListener('input', () => address.setCustomValidity(''));
    reload.addEventListener('click', () => this.#load(this.#path));
    widths.addEventListener('change', () => this.#fit());
    close.addEventListener('click', () => {
      this.#showPane(false);
      toggle.focus();
    });
    toggle.addEventListener('click', () => this.#showPane(pane.hidden));
    new ResizeObserver(() => this.#fit()).observe(screen);
    addEventListener('message', (message) => this.#hear(message));
  }

  #ready(port) {
    // Who looks at something that still runs is not taken away from it.
    if (this.#port === null || this.#port === port || !this.#open.has(this.#port)) {
      this.#show(port, this.#port === port ? this.#path : '/');
      this.#showPane(true);
    }
  }

  get #path() {
    return addressOf(address.value, this.#urls, this.#port)?.path ?? '/';
  }

  #showPane(shown) {
    pane.hidden = !shown;
    toggle.hidden = false;
    toggle.setAttribute('aria-expanded', shown);
    document.body.toggleAttribute('data-preview', shown);
    this.#fit();
  }

  #show(port, path) {
    this.#port = port;
    this.#drawPorts();
    this.#load(path);
  }

  #go() {
    const to = this.#port === null ? null : addressOf(address.value, this.#urls, this.#port);
    if (to) {
      this.#show(to.port, to.path);
    } else {
      address.setCustomValidity('A preview shows what listens in this OS: type a path, or a port that something listened on.');
      address.reportValidity();
    }
  }

  #load(path) {
    if (this.#port === null) return;
    // A new frame: the old one's history is not the page's, and an address that differs by its fragment loads anew.
    this.#frame?.remove();
    const url = this.#urls.get(this.#port) + path;
    this.#frame = element('iframe', { src: url, title: `Preview of port ${this.#port}`, sandbox: SANDBOX, allow: 'fullscreen; clipboard-write' });
    screen.append(this.#frame);
    empty.hidden = true;
    this.#say(path);
    this.#fit();
  }

  #say(path) {
    address.value = path;
    address.setCustomValidity('');
    tab.href = this.#urls.get(this.#port) + path;
    tab.removeAttribute('aria-disabled');
  }

  /** The shim in the page shown says where that is; a page may also say what is not so, of its own origin. */
  #hear({ source, origin, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || data?.[0] !== 'samovar-location' || typeof data[1] !== 'string'
      || !data[1].startsWith('/')) {
      return;
    }
    const port = [...this.#urls.keys()].find((each) => this.#urls.get(each) === origin);
    if (port === undefined) return;
    if (port !== this.#port) {
      // It was a link to another port.
      this.#port = port;
      this.#drawPorts();
    }
    if (document.activeElement !== address) this.#say(data[1].slice(0, MOST_SHOWN));
  }

  #drawPorts() {
    ports.replaceChildren(...[...this.#urls.keys()].sort((a, b) => a - b).map((port) => element('option', {
      value: String(port), selected: port === this.#port,
    }, this.#open.has(port) ? `:${port}` : `:${port} (closed)`)));
    if (this.#urls.size > 0) toggle.hidden = false;
  }

  /** A device's width that is larger than the pane is shown at a smaller scale. */
  #fit() {
    const width = Number(widths.value);
    const scale = width ? Math.min(1, screen.clientWidth / width) : 1;
    screen.classList.toggle('device', width > 0);
    screen.style.setProperty('--device', width ? `${width}px` : '100%');
    screen.style.setProperty('--scale', scale || 1);
  }
}
