// Asks a server inside an OS over a bare port to the kernel worker, as a preview's service worker does.

const CHUNK = 1 << 18;

export class Asker {
  #port;
  #next = 1;
  #answers = new Map();
  /** Messages that came, for tests that count. */
  heard = [];

  constructor(os, port) {
    this.#port = os.previewPort(port);
    this.#port.onmessage = ({ data }) => {
      this.heard.push(data[0]);
      this.#answers.get(data[1])?.hear(data);
    };
  }

  /** Sends a message as it is. */
  post(message, transfer = []) {
    this.#port.postMessage(message, transfer);
  }

  /**
   * Begins a request.
   *
   * @param {string} url path and query
   * @param {{method?: string, headers?: [string, string][], body?: Uint8Array[]}} options
   */
  begin(url, { method = 'GET', headers = [], body, mode = 'navigate', referrer = '', withCookies = true, port } = {}) {
    const id = this.#next++;
    const answer = new Answer(this, id, body ? [...body] : []);
    this.#answers.set(id, answer);
    const length = headers.find(([name]) => /^content-length$/i.test(name))?.[1] ?? -2;
    this.post(['request', id, method, url, headers.flat().map((text) => `${text}\0`).join(''), body ? Number(length) : -1,
      mode, referrer, withCookies, port]);
    return answer;
  }

  /** Sends a request and reads the whole answer. */
  async ask(url, options) {
    const answer = this.begin(url, options);
    const { status, text, ...rest } = await answer.head;
    const [statusText, ...texts] = text.split('\0').slice(0, -1);
    const fields = texts.map((name, i) => [name, texts[i + 1]]).filter((_, i) => i % 2 === 0);
    const headers = fields.filter(([name]) => name !== 'Set-Cookie');
    const cookies = fields.filter(([name]) => name === 'Set-Cookie').map(([, value]) => value);
    const bytes = rest.hasBody ? rest.body ?? await answer.rest() : new Uint8Array(0);
    return { status, statusText, headers: Object.fromEntries(headers), cookies, bytes, text: new TextDecoder().decode(bytes),
      atOnce: Boolean(rest.body), hasBody: rest.hasBody };
  }

  /** The code of the error that a request ends with, its sentence and more. */
  async fails(url, options) {
    const answer = this.begin(url, options);
    const outcome = await answer.head.catch((error) => error);
    if (Array.isArray(outcome)) {
      return outcome;
    }
    const failure = outcome.body ? undefined : await answer.rest().catch((error) => error);
    if (!Array.isArray(failure)) {
      throw new Error(`${url} did not fail, but answered ${outcome.status}`);
    }
    return failure;
  }
}

class Answer {
  #asker;
  #body;
  #resolve;
  #reject;
  #chunks = [];
  #wake;
  #over;
  pulls = 0;

  constructor(asker, id, body) {
    this.#asker = asker;
    this.id = id;
    this.#body = body;
    this.head = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.head.catch(() => {});
  }

  hear([kind, id, value, ...more]) {
    if (kind === 'pull') {
      this.pulls++;
      const piece = this.#body.shift();
      if (piece) {
        const bytes = piece.slice();
        this.#asker.post(['body', id, bytes], [bytes.buffer]);
      } else {
        this.#asker.post(['body-end', id]);
      }
    } else if (kind === 'response') {
      const [text, hasBody, body] = more;
      this.#resolve({ status: value, text, hasBody, body });
    } else if (kind === 'chunk') {
      this.#chunks.push(value);
      this.#wake?.();
    } else if (kind === 'end') {
      this.#over = true;
      this.#wake?.();
    } else if (kind === 'error') {
      this.#over = [value, ...more];
      this.#reject(this.#over);
      this.#wake?.();
    }
  }

  /** The next chunk, or null at the end. */
  async next() {
    this.#asker.post(['next', this.id]);
    while (this.#chunks.length === 0 && !this.#over) {
      await new Promise((resolve) => { this.#wake = resolve; });
    }
    if (this.#chunks.length === 0 && this.#over !== true) {
      throw this.#over;
    }
    return this.#chunks.shift() ?? null;
  }

  async rest() {
    const chunks = [];
    let total = 0;
    for (let chunk = await this.next(); chunk; chunk = await this.next()) {
      if (chunk.length > CHUNK || chunk.length === 0) {
        throw new Error(`a chunk of ${chunk.length} bytes`);
      }
      chunks.push(chunk);
      total += chunk.length;
    }
    const all = new Uint8Array(total);
    chunks.reduce((at, chunk) => {
      all.set(chunk, at);
      return at + chunk.length;
    }, 0);
    return all;
  }

  cancel() {
    this.#asker.post(['cancel', this.id]);
  }
}
