// One request and its response, over the port to the kernel.
import { Problem } from './kernel-link.js';

/** Chunks of the response that the kernel may send before they are read: one on its way while another is read. */
const WINDOW = 3;
const MOST_CHUNK = 262_144;
const WITHOUT_BODY = new Set(['GET', 'HEAD']);

/** What a request says of its body instead of a length: there is none, or nobody knows. */
const NO_BODY = -1;
const UNKNOWN = -2;

/** What a server may want to know, and browsers add only behind the service worker. */
const OWN_FIELDS = [['user-agent', navigator.userAgent], ['accept-language', languages(navigator.languages ?? ['*'])]];

/** What browsers say to caches and servers where a page, or who reloads it, asks for something fresh. */
const NOT_CACHED = 'cache-control\0no-cache\0pragma\0no-cache\0';
const CACHE_FIELDS = { 'no-store': NOT_CACHED, reload: NOT_CACHED, 'no-cache': 'cache-control\0max-age=0\0' };

export class Exchange {
  #id;
  #forget;
  #head;
  #answered;
  #refused;
  #stream;
  #asked = 0;
  #request;
  #upload;
  #rest;
  #sending = Promise.resolve();

  /**
   * @param {MessagePort} port to the kernel
   * @param {number} osPort whom it is for: another port than the page's is another origin
   */
  constructor(port, id, request, { pathname, search }, osPort, isOther, forget) {
    const { method, headers } = request;
    let fields = '';
    for (const [name, value] of headers) fields += `${name}\0${value}\0`;
    for (const [name, value] of OWN_FIELDS) {
      if (!headers.has(name)) fields += `${name}\0${value}\0`;
    }
    if (!isOther && request.cache !== 'default' && !headers.has('cache-control')) fields += CACHE_FIELDS[request.cache] ?? '';
    // Where a request's body cannot be streamed, it may be there or not.
    const length = WITHOUT_BODY.has(method) || request.body === null ? NO_BODY : UNKNOWN;
    const head = isOther
      ? [method, pathname + search, fields, length, request.mode, originOf(request.referrer), request.credentials === 'include', osPort]
      : [method, pathname + search, fields, length, request.mode, request.referrer, request.credentials !== 'omit', osPort];
    this.port = port;
    this.#id = id;
    this.#forget = forget;
    this.#request = request;
    if (length === UNKNOWN && headers.has('content-type')) {
      this.#measure(head);
    } else {
      this.#begin(head);
    }
    // What is not needed for that is done while the answer is made.
    this.#head = new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#refused = reject;
    });
    request.signal?.addEventListener('abort', () => this.cancel());
  }

  #begin(head) {
    this.port.postMessage(['request', this.#id, ...head]);
  }

  /**
   * Sends the head with the length of the body. Over HTTP/1.1 browsers always say it, and many servers rely on that; but a
   * service worker is not told. Forms, files and texts have a type and are there as a whole, so that it can be found out;
   * what a page makes bit by bit has none, and goes on its way bit by bit.
   */
  async #measure([method, target, fields, , ...more]) {
    try {
      const blob = await this.#request.blob();
      this.#upload = blob.stream().getReader();
      if (this.#forget) this.#begin([method, target, fields, blob.size, ...more]);
    } catch {
      this.fail(new Problem('ABORTED', 'The request was given up while its body was read.'));
    }
  }

  /**
   * The response's head: {status, statusText, headers, cookies, body}, its body bytes, a stream or null; `cookies` are what
   * scripts may see of those that it sets.
   */
  get head() {
    return this.#head;
  }

  hear([kind, , first, ...more]) {
    switch (kind) {
      case 'response':
        this.#answer(first, ...more);
        break;
      case 'chunk':
        this.#asked--;
        this.#stream?.enqueue(first);
        break;
      case 'end':
        this.#stream?.close();
        this.#end();
        break;
      case 'error':
        this.fail(new Problem(first, ...more));
        break;
      case 'pull':
        this.#sending = this.#sending.then(() => this.#send());
        break;
      default:
        break;
    }
  }

  #answer(status, text, hasBody, bytes) {
    const texts = text.split('\0');
    const headers = [];
    const cookies = [];
    for (let i = 1; i + 1 < texts.length; i += 2) {
      if (/^set-cookie$/i.test(texts[i])) cookies.push(texts[i + 1]);
      else headers.push([texts[i], texts[i + 1]]);
    }
    this.#answered({ status, statusText: texts[0], headers, cookies, body: hasBody ? bytes ?? this.#open() : null });
    if (!hasBody || bytes) this.#end();
  }

  fail(problem) {
    this.#refused(problem);
    this.#stream?.error(new TypeError(problem.message));
    this.#end();
  }

  cancel() {
    if (this.#forget) this.port.postMessage(['cancel', this.#id]);
    this.fail(new Problem('ABORTED', 'The request was given up.'));
  }

  #end() {
    this.#forget?.();
    this.#forget = undefined;
    this.#stream = undefined;
    this.#upload?.cancel?.().catch(() => {});
  }

  #open() {
    return new ReadableStream({
      start: (controller) => { this.#stream = controller; },
      pull: () => {
        for (; this.#asked < WINDOW; this.#asked++) this.port.postMessage(['next', this.#id]);
      },
      cancel: () => {
        this.#stream = undefined;
        this.cancel();
      },
    }, { highWaterMark: 1 });
  }

  /** Sends the next piece of the request's body. */
  async #send() {
    if (!this.#forget) return;
    try {
      this.#upload ??= this.#request.body?.getReader() ?? whole(await this.#request.arrayBuffer());
      let piece = this.#rest;
      while (!piece?.length) {
        const { done, value } = await this.#upload.read();
        if (done) {
          this.port.postMessage(['body-end', this.#id]);
          return;
        }
        piece = value;
      }
      this.#rest = piece.length > MOST_CHUNK ? piece.subarray(MOST_CHUNK) : undefined;
      if (this.#rest || piece.length < piece.buffer.byteLength) piece = piece.slice(0, MOST_CHUNK);
      this.port.postMessage(['body', this.#id, piece], [piece.buffer]);
    } catch {
      this.port.postMessage(['body-error', this.#id]);
    }
  }
}

/** Languages, the most liked first, as browsers say them to servers. */
function languages(list) {
  return list.map((language, i) => (i === 0 ? language : `${language};q=${Math.max(10 - i, 1) / 10}`)).join(',');
}

/** What another origin is told of where a request comes from. */
const originOf = (referrer) => (referrer ? `${new URL(referrer).origin}/` : '');

/** A reader of bytes that are there already. */
function whole(buffer) {
  let bytes = new Uint8Array(buffer);
  return {
    read: async () => {
      const value = bytes;
      bytes = undefined;
      return { done: !value, value };
    },
  };
}
