import { byId, element } from './dom.js';
import { bytes, count, duration } from './format.js';

/** Older ones give way. */
const KEPT = 200;

const table = byId('request-rows');
const summary = byId('request-count');
const clear = byId('clear-requests');

/** The requests of previews as they are answered, the latest first. */
export class Requests {
  #new = [];
  #total = 0;
  #drawing = false;

  constructor(os) {
    os.on('request', (request) => this.#add(request));
    clear.addEventListener('click', () => {
      this.#new = [];
      this.#total = 0;
      table.replaceChildren();
      this.#count();
    });
    this.#count();
  }

  /** Drawn once a frame, however many there are. */
  #add(request) {
    this.#total++;
    this.#new.push(request);
    if (this.#new.length > KEPT) this.#new.shift();
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      table.prepend(...this.#new.reverse().map(row));
      this.#new = [];
      while (table.rows.length > KEPT) table.lastElementChild.remove();
      this.#count();
    });
  }

  #count() {
    summary.textContent = this.#total === 0 ? 'none yet' : count(this.#total, 'request');
    clear.hidden = this.#total === 0;
    table.parentElement.hidden = this.#total === 0;
  }
}

function row({ port, method, path, status, ms, bytes: size }) {
  const mood = status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'warm' : 'good';
  return element('tr', {},
    element('td', {}, String(method).slice(0, 20)),
    element('td', { className: 'path', title: `port ${port}: ${path}` }, path.slice(0, 500)),
    element('td', { className: `number mood-${mood}` }, status === 0 ? 'none' : String(status)),
    element('td', { className: 'number' }, duration(ms)),
    element('td', { className: 'number' }, bytes(size)));
}
