// One request and its response, over the port to the kernel.
import { Problem } from './kernel-link.js';

/** Chunks of the response that the kernel may send before they are read: one on its way while another is read. */
const WINDOW = 3;
const MOST_CHUNK = 262_144;
const WITHOUT_BODY = new Set(['GET', 'HEAD']);

/** What a server may want to know, and browsers add only behind the service worker. */
const OWN_HEADERS = [['user-agent', navigator.userAgent], ['accept-language', navigator.languages?.join(',') ?? '*']];

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

  constructor(port, id, request, { pathname, search }, forget) {
    this.port = port;
    this.#id = id;
    this.#forget = forget;
    this.#request = request;
    this.#head = new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#refused = reject;
    });
    const { method, headers, mode, destination, referrer, signal } = request;
    const list = [...headers];
    for (const own of OWN_HEADERS) {
      if (!headers.has(own[0])) list.push(own);
    }
    signal?.addEventListener('abort', () => this.cancel());
    // Where a request's body cannot be streamed, it may be there or not.
    const head = { method, url: pathname + search, headers: list, hasBody: !WITHOUT_BODY.has(method) && request.body !== null, mode, destination, referrer };
    if (head.hasBody && headers.has('content-type')) {
      this.#measure(head);
    } else {
      port.postMessage(['request', id, head]);
    }
  }

  /**
   * Sends the head with the length of the body. Over HTTP/1.1 browsers always say it, and many servers rely on that; but a
   * service worker is not told. Forms, files and texts have a type and are there as a whole, so that it can be found out;
   * what a page makes bit by bit has none, and goes on its way bit by bit.
   */
  async #measure(head) {
    try {
      const blob = await this.#request.blob();
      head.headers.push(['content-length', String(blob.size)]);
      this.#upload = blob.stream().getReader();
      if (this.#forget) this.port.postMessage(['request', this.#id, head]);
    } catch {
      this.fail(new Problem('ABORTED', 'The request was given up while its body was read.'));
    }
  }

  /** The response's head: {status, statusText, headers, body}, its body bytes, a stream or null. */
  get head() {
    return this.#head;
  }

  hear([kind, , first, sentence, listening]) {
    switch (kind) {
      case 'response':
        this.#answered({ ...first, body: first.hasBody ? first.body ?? this.#open() : null });
        if (!first.hasBody || first.body) this.#end();
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
        this.fail(new Problem(first, sentence, listening));
        break;
      case 'pull':
        this.#sending = this.#sending.then(() => this.#send());
        break;
      default:
        break;
    }
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
