// The web's EventSource: server-sent events, with a new connection whenever one ends.

import { Event, EventTarget } from '../abort.js';
import { fetch } from './fetch.js';
import { MessageEvent, ErrorEvent, withHandlers } from './websocket.js';

const RETRY = 3000;             // ms, until the server says otherwise

export class EventSource extends EventTarget {
  #state = 0; #abort = new AbortController(); #retry = RETRY; #lastId = ''; #timer;
  withCredentials = false;

  constructor(url) {
    super();
    try {
      this.url = new URL(url).href;
    } catch (error) {
      throw new DOMException(`${url} is not a URL: ${error.message}`, 'SyntaxError');
    }
    this.#connect();
  }

  get readyState() { return this.#state; }

  async #connect() {
    let permanent = false;
    try {
      const response = await fetch(this.url, {
        headers: { accept: 'text/event-stream', 'cache-control': 'no-store', ...this.#lastId ? { 'last-event-id': this.#lastId } : {} }, signal: this.#abort.signal,
      });
      if (response.status !== 200 || !/^text\/event-stream\s*(?:;|$)/i.test(response.headers.get('content-type') ?? '')) {
        permanent = true;
        await response.body?.cancel();
        throw new Error(`the server answers ${response.status} ${response.headers.get('content-type') ?? 'without a type'}, not a stream of events`);
      }
      this.#state = 1;
      this.dispatchEvent(new Event('open'));
      await this.#read(response);
      throw new Error('the stream has ended');
    } catch (error) {
      if (this.#state === 2) return;
      this.#state = permanent ? 2 : 0;
      this.dispatchEvent(new ErrorEvent('error', { error, message: error.message }));
      if (this.#state === 0) this.#timer = setTimeout(() => this.#connect(), this.#retry);
    }
  }

  async #read(response) {
    const origin = new URL(response.url).origin;
    const decoder = new TextDecoder();
    let text = '', data = '', type = '', id = this.#lastId, endedByReturn = false;
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      if (endedByReturn && text.startsWith('\n')) text = text.slice(1);
      const lines = text.split(/\r\n|\n|\r/);
      endedByReturn = text.endsWith('\r');
      text = lines.pop();
      for (const line of lines) {
        if (this.#state === 2) return;
        if (line === '') {
          this.#lastId = id;
          if (data) this.dispatchEvent(new MessageEvent(type || 'message', { data: data.slice(0, -1), origin, lastEventId: id }));
          data = type = '';
          continue;
        }
        const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line);
        if (field === 'data') data += `${value}\n`;
        else if (field === 'event') type = value;
        else if (field === 'id' && !value.includes('\0')) id = value;
        else if (field === 'retry' && /^\d+$/.test(value)) this.#retry = Number(value);
      }
    }
  }

  close() {
    this.#state = 2;
    clearTimeout(this.#timer);
    this.#abort.abort();
  }
}
for (const [name, value] of Object.entries({ CONNECTING: 0, OPEN: 1, CLOSED: 2 })) {
  Object.defineProperty(EventSource, name, { value, enumerable: true });
  Object.defineProperty(EventSource.prototype, name, { value, enumerable: true });
}
withHandlers(EventSource, 'open', 'message', 'error');

export default { EventSource };
