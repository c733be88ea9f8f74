// The WHATWG's streams, without byte streams (a reader of its own buffer gets none).

const fail = message => new TypeError(message);

/** A promise with its two ends. */
function deferred() {
  const one = {};
  one.promise = new Promise((resolve, reject) => Object.assign(one, { resolve, reject }));
  return one;
}
const quiet = promise => {
  promise.catch(() => {});
  return promise;
};

export class CountQueuingStrategy {
  constructor({ highWaterMark }) { this.highWaterMark = highWaterMark; }
  size() { return 1; }
}
export class ByteLengthQueuingStrategy {
  constructor({ highWaterMark }) { this.highWaterMark = highWaterMark; }
  size(chunk) { return chunk.byteLength; }
}

export class ReadableStreamDefaultController {
  constructor(stream) { this._stream = stream; }
  get desiredSize() {
    const { _state: state, _high, _size } = this._stream;
    return state === 'errored' ? null : state === 'closed' ? 0 : _high - _size;
  }
  enqueue(chunk) {
    const stream = this._stream;
    if (stream._state !== 'readable' || stream._closing) throw fail('The stream is closed: nothing can be enqueued');
    if (stream._asked.length) {
      stream._asked.shift().resolve({ value: chunk, done: false });
    } else {
      const size = stream._sizeOf(chunk);
      stream._queue.push({ chunk, size });
      stream._size += size;
    }
    stream._pull();
  }
  close() {
    const stream = this._stream;
    if (stream._state !== 'readable' || stream._closing) throw fail('The stream is closed already');
    stream._closing = true;
    if (!stream._queue.length) stream._close();
  }
  error(reason) { this._stream._fail(reason); }
}

export class ReadableStream {
  constructor(source = {}, { highWaterMark = 1, size = () => 1 } = {}) {
    if (source?.type === 'bytes') highWaterMark = 0;
    Object.defineProperties(this, Object.fromEntries(Object.entries({
      _source: source ?? {}, _high: highWaterMark, _sizeOf: size, _queue: [], _size: 0, _asked: [], _state: 'readable', _closing: false, _reader: undefined,
      _pulling: false, _again: false, _started: false, _disturbed: false, _error: undefined, _closed: deferred(),
    }).map(([name, value]) => [name, { value, writable: true, configurable: true }])));
    quiet(this._closed.promise);
    const controller = new ReadableStreamDefaultController(this);
    Object.defineProperty(this, '_controller', { value: controller });
    const begun = this._source.start?.(controller);
    Promise.resolve(begun).then(() => {
      this._started = true;
      this._pull();
    }, error => this._fail(error));
  }

  static from(source) {
    const iterator = source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]();
    return new ReadableStream({
      async pull(controller) {
        const { value, done } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) { await iterator.return?.(reason); },
    }, { highWaterMark: 0 });
  }

  get locked() { return this._reader !== undefined; }

  _pull() {
    if (!this._started || this._state !== 'readable' || this._closing || !(this._asked.length || this._size < this._high) || !this._source.pull) return;
    if (this._pulling) {
      this._again = true;
      return;
    }
    this._pulling = true;
    let pulled;
    try {
      pulled = this._source.pull(this._controller);
    } catch (error) {
      this._fail(error);
      return;
    }
    Promise.resolve(pulled).then(() => {
      this._pulling = false;
      if (this._again) {
        this._again = false;
        this._pull();
      }
    }, error => this._fail(error));
  }

  _close() {
    if (this._state !== 'readable') return;
    this._state = 'closed';
    for (const asked of this._asked.splice(0)) asked.resolve({ value: undefined, done: true });
    this._closed.resolve();
  }

  _fail(error) {
    if (this._state !== 'readable') return;
    this._state = 'errored';
    this._error = error;
    this._queue.length = this._size = 0;
    for (const asked of this._asked.splice(0)) asked.reject(error);
    this._closed.reject(error);
  }

  _read() {
    this._disturbed = true;
    if (this._queue.length) {
      const { chunk, size } = this._queue.shift();
      this._size -= size;
      if (this._closing && !this._queue.length) this._close();
      else this._pull();
      return Promise.resolve({ value: chunk, done: false });
    }
    if (this._state === 'closed') return Promise.resolve({ value: undefined, done: true });
    if (this._state === 'errored') return Promise.reject(this._error);
    const asked = deferred();
    this._asked.push(asked);
    this._pull();
    return asked.promise;
  }

  _cancel(reason) {
    this._disturbed = true;
    if (this._state === 'closed') return Promise.resolve();
    if (this._state === 'errored') return Promise.reject(this._error);
    this._queue.length = this._size = 0;
    this._close();
    return Promise.resolve().then(() => this._source.cancel?.(reason)).then(() => undefined);
  }

  cancel(reason) { return this.locked ? Promise.reject(fail('The stream is locked to a reader')) : this._cancel(reason); }
  getReader({ mode } = {}) {
    if (mode === 'byob') throw fail('This JavaScript has no readers that bring their own buffer');
    return new ReadableStreamDefaultReader(this);
  }

  async* values({ preventCancel = false } = {}) {
    const reader = this.getReader();
    let through = false;
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) {
          through = true;
          return;
        }
        yield value;
      }
    } catch (error) {
      through = true;
      throw error;
    } finally {
      if (!through && !preventCancel) await reader.cancel();
      reader.releaseLock();
    }
  }

  tee() {
    const reader = this.getReader();
    const branches = [];
    let reading, reasons = 0;
    const pull = () => (reading ??= reader.read().then(({ value, done }) => {
      reading = undefined;
      for (const branch of branches) {
        if (branch.left) continue;
        if (done) branch.controller.close();
        else branch.controller.enqueue(value);
      }
    }, error => { for (const branch of branches) branch.controller.error(error); }));
    for (let i = 0; i < 2; i++) {
      const branch = { left: false };
      branches.push(branch);
      branch.stream = new ReadableStream({
        start(controller) { branch.controller = controller; },
        pull,
        cancel(reason) {
          branch.left = true;
          return ++reasons === 2 ? reader.cancel(reason) : undefined;
        },
      }, { highWaterMark: 0 });
    }
    return branches.map(({ stream }) => stream);
  }

  async pipeTo(target, { preventClose = false, preventAbort = false, preventCancel = false, signal } = {}) {
    const reader = this.getReader(), writer = target.getWriter();
    const aborted = signal && new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const or = promise => (aborted ? Promise.race([quiet(aborted), promise]) : promise);
    try {
      for (;;) {
        await or(writer.ready);
        const { value, done } = await or(reader.read());
        if (done) break;
        await or(writer.write(value));
      }
      if (!preventClose) await writer.close();
    } catch (error) {
      if (!preventAbort) await quiet(writer.abort(error)).catch(() => {});
      if (!preventCancel) await quiet(reader.cancel(error)).catch(() => {});
      throw error;
    } finally {
      reader.releaseLock();
      writer.releaseLock();
    }
  }

  pipeThrough({ readable, writable }, options) {
    quiet(this.pipeTo(writable, options));
    return readable;
  }
}
ReadableStream.prototype[Symbol.asyncIterator] = ReadableStream.prototype.values;

export class ReadableStreamDefaultReader {
  #stream;
  constructor(stream) {
    if (stream.locked) throw fail('The stream is locked to a reader already');
    this.#stream = stream;
    stream._reader = this;
  }
  get closed() { return this.#stream ? this.#stream._closed.promise : Promise.reject(fail('The reader has let go of its stream')); }
  read() { return this.#stream ? this.#stream._read() : Promise.reject(fail('The reader has let go of its stream')); }
  cancel(reason) { return this.#stream ? this.#stream._cancel(reason) : Promise.reject(fail('The reader has let go of its stream')); }
  releaseLock() {
    if (!this.#stream) return;
    for (const asked of this.#stream._asked.splice(0)) asked.reject(fail('The reader has let go of its stream'));
    this.#stream._reader = undefined;
    this.#stream = undefined;
  }
}

export class WritableStream {
  constructor(sink = {}, { highWaterMark = 1, size = () => 1 } = {}) {
    Object.defineProperties(this, Object.fromEntries(Object.entries({
      _sink: sink, _high: highWaterMark, _sizeOf: size, _queue: [], _size: 0, _state: 'writable', _writer: undefined, _busy: true, _error: undefined,
      _ready: undefined, _closed: deferred(), _closing: undefined,
    }).map(([name, value]) => [name, { value, writable: true, configurable: true }])));
    quiet(this._closed.promise);
    const abort = new AbortController();
    Object.defineProperty(this, '_abort', { value: abort });
    this._update();
    const controller = { signal: abort.signal, error: reason => this._fail(reason) };
    Object.defineProperty(this, '_controller', { value: controller });
    const begun = sink.start?.(controller);
    Promise.resolve(begun).then(() => {
      this._busy = false;
      this._next();
    }, error => this._fail(error));
  }

  get locked() { return this._writer !== undefined; }
  getWriter() { return new WritableStreamDefaultWriter(this); }
  abort(reason) { return this.locked ? Promise.reject(fail('The stream is locked to a writer')) : this._aborted(reason); }
  close() { return this.locked ? Promise.reject(fail('The stream is locked to a writer')) : this._end(); }

  _update() {
    const full = this._state === 'writable' && this._size >= this._high;
    if (full && !this._ready?.waits) {
      this._ready = deferred();
      this._ready.waits = true;
      quiet(this._ready.promise);
    } else if (!full && (this._ready?.waits ?? true)) {
      this._ready?.resolve();
      this._ready = { promise: Promise.resolve(), waits: false };
    }
  }

  _add(entry) {
    if (this._state === 'errored') return Promise.reject(this._error);
    if (this._state !== 'writable' || this._closing) return Promise.reject(fail('The stream is closed: nothing can be written'));
    entry.done = deferred();
    this._queue.push(entry);
    this._size += entry.size;
    this._update();
    this._next();
    return entry.done.promise;
  }
  _write(chunk) { return this._add({ chunk, size: this._sizeOf(chunk) }); }
  _end() {
    const closing = this._add({ isEnd: true, size: 0 });
    this._closing = closing;
    return closing;
  }

  _next() {
    if (this._busy || this._state !== 'writable' || !this._queue.length) return;
    const { chunk, size, isEnd, done } = this._queue[0];
    this._busy = true;
    Promise.resolve().then(() => (isEnd ? this._sink.close?.() : this._sink.write?.(chunk, this._controller))).then(() => {
      this._busy = false;
      this._queue.shift();
      this._size -= size;
      if (isEnd) {
        this._state = 'closed';
        this._closed.resolve();
      }
      this._update();
      done.resolve();
      this._next();
    }, error => this._fail(error));
  }

  _fail(error) {
    if (this._state !== 'writable') return;
    this._state = 'errored';
    this._error = error;
    for (const { done } of this._queue.splice(0)) {
      quiet(done.promise);
      done.reject(error);
    }
    this._closed.reject(error);
    if (this._ready?.waits) this._ready.reject(error);
  }

  async _aborted(reason) {
    if (this._state !== 'writable') return;
    this._abort.abort(reason);
    this._fail(reason);
    await this._sink.abort?.(reason);
  }
}

export class WritableStreamDefaultWriter {
  #stream;
  constructor(stream) {
    if (stream.locked) throw fail('The stream is locked to a writer already');
    this.#stream = stream;
    stream._writer = this;
  }
  get closed() { return this.#stream._closed.promise; }
  get ready() { return this.#stream._state === 'errored' ? quiet(Promise.reject(this.#stream._error)) : this.#stream._ready.promise; }
  get desiredSize() { return this.#stream._state === 'errored' ? null : this.#stream._state === 'closed' ? 0 : this.#stream._high - this.#stream._size; }
  write(chunk) { return this.#stream ? this.#stream._write(chunk) : Promise.reject(fail('The writer has let go of its stream')); }
  close() { return this.#stream._end(); }
  abort(reason) { return this.#stream._aborted(reason); }
  releaseLock() {
    if (this.#stream) this.#stream._writer = undefined;
    this.#stream = undefined;
  }
}

export class TransformStream {
  constructor(transformer = {}, writableStrategy = {}, readableStrategy = { highWaterMark: 0 }) {
    let wanted = deferred();
    let out;
    this.readable = new ReadableStream({
      start(controller) { out = controller; },
      pull() {
        wanted.resolve();
      },
      cancel(reason) { return transformer.cancel?.(reason); },
    }, readableStrategy);
    const controller = {
      enqueue: chunk => out.enqueue(chunk), error: reason => out.error(reason), terminate: () => out.close(), get desiredSize() { return out.desiredSize; },
    };
    this.writable = new WritableStream({
      start: () => transformer.start?.(controller),
      async write(chunk) {
        if (out.desiredSize <= 0) {
          await wanted.promise;
        }
        wanted = deferred();
        try {
          if (transformer.transform) await transformer.transform(chunk, controller);
          else controller.enqueue(chunk);
        } catch (error) {
          out.error(error);
          throw error;
        }
      },
      async close() {
        await transformer.flush?.(controller);
        try {
          out.close();
        } catch { /* terminated */ }
      },
      abort: reason => out.error(reason),
    }, writableStrategy);
  }
}

export class TextEncoderStream extends TransformStream {
  constructor() {
    const encoder = new TextEncoder();
    super({ transform: (chunk, controller) => { if (chunk !== '') controller.enqueue(encoder.encode(chunk)); } });
  }
  get encoding() { return 'utf-8'; }
}

export class TextDecoderStream extends TransformStream {
  constructor(label, options) {
    const decoder = new TextDecoder(label, options);
    const put = (text, controller) => { if (text) controller.enqueue(text); };
    super({ transform: (chunk, controller) => put(decoder.decode(chunk, { stream: true }), controller), flush: controller => put(decoder.decode(), controller) });
  }
}

export default {
  ByteLengthQueuingStrategy, CountQueuingStrategy, ReadableStream, ReadableStreamDefaultController, ReadableStreamDefaultReader, TextDecoderStream,
  TextEncoderStream, TransformStream, WritableStream, WritableStreamDefaultWriter,
};
