// node:stream

import { EventEmitter } from './events.js';
import { StringDecoder } from './string_decoder.js';
import { Buffer } from './buffer.js';
import { abortError } from '../core/abort.js';
import { invalidArgument } from '../core/arguments.js';
import { nextTick } from '../core/loop.js';

const HIGH_WATER = 65536, HIGH_WATER_OBJECTS = 16;

class StreamClass extends EventEmitter {
  destroyed = false;
  closed = false;
  errored = null;

  /** Ends it at once; 'error' (if there is one) and 'close' follow. */
  destroy(error = null) {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.errored = error;
    const done = late => nextTick(() => {
      const failure = late ?? error;
      if (failure) this.emit('error', failure);
      this.closed = true;
      this._closed(failure);
    });
    try {
      this._destroy(error, done);
    } catch (thrown) {
      done(thrown);
    }
    return this;
  }

  /** What streams of the first kind have, that tell of 'data' and 'end' and no more. */
  pipe(target, { end = true } = {}) {
    const data = chunk => { if (target.writable && target.write(chunk) === false) this.pause?.(); };
    const drain = () => { if (this.readable) this.resume?.(); };
    let ended = false;
    const finish = () => {
      if (ended || !end || target === globalThis.process.stdout || target === globalThis.process.stderr) return;
      ended = true;
      target.end();
    };
    const close = () => { if (end && !ended) target.destroy?.(); };
    const clear = () => {
      this.off('data', data).off('end', finish).off('end', clear).off('close', close).off('close', clear);
      target.off('drain', drain).off('close', clear);
    };
    this.on('data', data).on('end', finish).on('close', close).on('end', clear).on('close', clear);
    target.on('drain', drain).on('close', clear);
    target.emit('pipe', this);
    return target;
  }

  _destroy(error, done) { done(error); }
  _closed() { this.emit('close'); }
  [Symbol.asyncDispose]() { this.destroy(); return Promise.resolve(); }
}

const readable = {
  initReadable({ highWaterMark, readableHighWaterMark, objectMode = false, readableObjectMode = objectMode, autoDestroy = true, encoding, read, destroy, signal } = {}) {
    highWaterMark ??= readableHighWaterMark;
    if (signal) addAbortSignal(signal, this);
    this._r = { autoDestroy, queue: [], size: 0, high: highWaterMark ?? (readableObjectMode ? HIGH_WATER_OBJECTS : HIGH_WATER),
      objects: readableObjectMode, flowing: null, reading: false, ended: false, asked: false, endEmitted: false, pipes: [], scheduled: false };
    if (read) this._read = read;
    if (destroy) this._destroy = destroy;
    if (encoding) this.setEncoding(encoding);
  },

  get readable() { return !this.destroyed && !this._r.endEmitted; },
  get readableFlowing() { return this._r.flowing; },
  get readableEnded() { return this._r.endEmitted; },
  get readableLength() { return this._r.size; },
  get readableHighWaterMark() { return this._r.high; },
  get readableObjectMode() { return this._r.objects; },
  // Libraries look into Node's own state.
  get _readableState() {
    const { endEmitted, ended, flowing, size, high, objects, reading, queue } = this._r;
    return { buffer: queue, destroyed: this.destroyed, endEmitted, ended, errored: this.errored, flowing, highWaterMark: high, length: size, objectMode: objects, reading };
  },
  get readableEncoding() { return this._r.decoder?.encoding ?? null; },

  _read() { throw Object.assign(new Error('The _read() method is not implemented'), { code: 'ERR_METHOD_NOT_IMPLEMENTED' }); },

  setEncoding(encoding) {
    this._r.decoder = new StringDecoder(encoding);
    return this;
  },

  push(chunk, encoding) {
    const state = this._r;
    state.reading = false;
    if (chunk === null) {
      state.ended = true;
      const rest = state.decoder?.end();
      if (rest) enqueue(state, rest);
    } else if (state.ended) {
      this.destroy(Object.assign(new Error('stream.push() after EOF'), { code: 'ERR_STREAM_PUSH_AFTER_EOF' }));
      return false;
    } else {
      if (!state.objects && typeof chunk === 'string' && !state.decoder) chunk = Buffer.from(chunk, encoding);
      if (!state.objects && state.decoder && typeof chunk !== 'string') chunk = state.decoder.write(chunk);
      if (state.objects || chunk.length) enqueue(state, chunk);
    }
    schedule(this);
    return state.size < state.high;
  },

  unshift(chunk) {
    this._r.queue.unshift(chunk);
    this._r.size += this._r.objects ? 1 : chunk.length;
  },

  read(count) {
    const state = this._r;
    if ((!state.queue.length || count > state.size) && !state.ended && !state.reading && !this.destroyed) fetch(this);
    if (!state.queue.length) {
      // Whoever asks at the end is told of it, as who listens is.
      state.asked = state.ended;
      schedule(this);
      return null;
    }
    let chunk;
    if (state.objects) chunk = take(state);
    else if (count === undefined || count >= state.size) {
      if (count > state.size && !state.ended) return schedule(this), null;
      chunk = joined(state.queue.splice(0));
      state.size = 0;
    } else {
      const all = joined(state.queue.splice(0));
      chunk = all.slice(0, count);
      state.queue.push(all.slice(count));
      state.size -= count;
    }
    schedule(this);
    if (this.listenerCount('data')) this.emit('data', chunk);
    return chunk;
  },

  on(event, listener) {
    EventEmitter.prototype.on.call(this, event, listener);
    wanted(this, event);
    return this;
  },
  once(event, listener) {
    EventEmitter.prototype.once.call(this, event, listener);
    wanted(this, event);
    return this;
  },
  addListener(event, listener) { return this.on(event, listener); },

  resume() {
    if (!this._r.flowing) {
      // Who listens to 'readable' reads by himself.
      this._r.flowing = !this.listenerCount('readable');
      this._r.resumed = true;
    }
    schedule(this);
    return this;
  },
  pause() {
    if (this._r.flowing !== false) {
      this._r.flowing = false;
      this.emit('pause');
    }
    return this;
  },
  isPaused() { return this._r.flowing === false; },

  pipe(target, { end = true } = {}) {
    const data = chunk => {
      if (target.write(chunk) === false) {
        this.pause();
        target.once('drain', () => this.resume());
      }
    };
    const finish = () => { if (end && target !== globalThis.process.stdout && target !== globalThis.process.stderr) target.end(); };
    this._r.pipes.push({ target, data, finish });
    this.on('data', data);
    this.once('end', finish);
    target.emit('pipe', this);
    this.resume();
    return target;
  },
  unpipe(target) {
    for (const pipe of this._r.pipes.filter(one => !target || one.target === target)) {
      this.off('data', pipe.data);
      this.off('end', pipe.finish);
      pipe.target.emit('unpipe', this);
    }
    this._r.pipes = this._r.pipes.filter(one => target && one.target !== target);
    return this;
  },

  async* [Symbol.asyncIterator]() {
    let wake, failure;
    const ready = () => wake?.();
    const failed = error => { failure = error; wake?.(); };
    this.on('readable', ready).on('end', ready).on('close', ready).on('error', failed);
    try {
      for (;;) {
        if (failure) throw failure;
        const chunk = this.read();
        if (chunk !== null) { yield chunk; continue; }
        if (this._r.endEmitted || this.destroyed && !this.errored) return;
        await new Promise(resolve => { wake = resolve; schedule(this); });
      }
    } finally {
      this.off('readable', ready).off('end', ready).off('close', ready).off('error', failed);
      if (!this._r.endEmitted) this.destroy();
    }
  },

  async toArray() {
    const all = [];
    for await (const chunk of this) all.push(chunk);
    return all;
  },
  async forEach(callback) { for await (const chunk of this) await callback(chunk); },
  map(callback) { return Readable.from((async function* (source) { for await (const chunk of source) yield await callback(chunk); })(this)); },
  filter(callback) { return Readable.from((async function* (source) { for await (const chunk of source) if (await callback(chunk)) yield chunk; })(this)); },
  flatMap(callback) { return Readable.from((async function* (source) { for await (const chunk of source) yield* await callback(chunk); })(this)); },
  drop(count) { return Readable.from((async function* (source) { for await (const chunk of source) if (count-- <= 0) yield chunk; })(this)); },
  take(count) {
    return Readable.from((async function* (source) {
      if (count > 0) for await (const chunk of source) {
        yield chunk;
        if (--count <= 0) return;
      }
    })(this));
  },
  async reduce(callback, ...initial) {
    let value = initial[0], begun = initial.length > 0;
    for await (const chunk of this) [value, begun] = [begun ? await callback(value, chunk) : chunk, true];
    if (!begun) throw Object.assign(new TypeError('Reduce of an empty stream requires an initial value'), { code: 'ERR_INVALID_ARGS' });
    return value;
  },
  async find(callback) { for await (const chunk of this) if (await callback(chunk)) return chunk; },
  async some(callback) { return (await this.map(async chunk => Boolean(await callback(chunk))).filter(Boolean).take(1).toArray()).length > 0; },
  async every(callback) { return !await this.some(async chunk => !await callback(chunk)); },
  compose(next) { return compose(this, next); },
  /** What old streams give, that know no more than 'data', 'end', pause and resume. */
  wrap(old) {
    old.on('data', chunk => { if (!this.push(chunk)) old.pause?.(); }).on('end', () => this.push(null)).on('error', error => this.destroy(error)).on('close', () => this.destroy());
    this._read = () => old.resume?.();
    return this;
  },
  get readableAborted() { return this.destroyed && !this._r.endEmitted; },
};

/** A listener that makes a stream begin. */
function wanted(stream, event) {
  if (event === 'data' && stream._r.flowing !== false) stream.resume();
  if (event === 'readable') {
    stream._r.flowing = false;
    schedule(stream);
  }
}

function enqueue(state, chunk) {
  state.queue.push(chunk);
  state.size += state.objects ? 1 : chunk.length;
}

function take(state) {
  const chunk = state.queue.shift();
  state.size -= state.objects ? 1 : chunk.length;
  return chunk;
}

const joined = chunks => (chunks.length === 1 ? chunks[0] : typeof chunks[0] === 'string' ? chunks.join('') : Buffer.concat(chunks));

/** Lets a stream go on, once the code that runs now is through. */
function schedule(stream) {
  const state = stream._r;
  if (state.scheduled) return;
  state.scheduled = true;
  nextTick(() => {
    state.scheduled = false;
    flow(stream);
  });
}

function flow(stream) {
  const state = stream._r;
  if (stream.destroyed) return;
  if (state.resumed) {
    state.resumed = false;
    stream.emit('resume');
  }
  while (state.flowing && state.queue.length && !stream.destroyed) stream.emit('data', take(state));
  if (state.flowing === false && state.queue.length && stream.listenerCount('readable')) stream.emit('readable');
  if (stream.destroyed) return;
  if (state.ended && !state.queue.length && !state.endEmitted) {
    if (state.flowing === false && stream.listenerCount('readable')) stream.emit('readable');
    if (state.flowing !== null || state.asked) {
      state.endEmitted = true;
      stream.emit('end');
      if (state.autoDestroy && (!stream._w || stream._w.finished)) stream.destroy();
    }
    return;
  }
  const wanted = state.flowing || stream.listenerCount('readable') > 0 || state.flowing === null && stream._w;
  if (!state.ended && !state.reading && wanted && (state.size < state.high || !state.size)) fetch(stream);
}

function fetch(stream) {
  stream._r.reading = true;
  try {
    stream._read(stream._r.high);
  } catch (error) {
    stream.destroy(error);
  }
}

const writable = {
  initWritable({ highWaterMark, objectMode = false, writableObjectMode = objectMode, decodeStrings = true, defaultEncoding = 'utf8',
    autoDestroy = true, writableHighWaterMark, write, writev, final, destroy, signal } = {}) {
    highWaterMark ??= writableHighWaterMark;
    if (signal && !this._r) addAbortSignal(signal, this);
    this._w = { queue: [], size: 0, high: highWaterMark ?? (writableObjectMode ? HIGH_WATER_OBJECTS : HIGH_WATER), objects: writableObjectMode,
      decode: decodeStrings, encoding: defaultEncoding, busy: false, ending: false, ends: [], finished: false, needDrain: false, corked: 0, autoDestroy };
    if (write) this._write = write;
    if (writev) this._writev = writev;
    if (final) this._final = final;
    if (destroy) this._destroy = destroy;
  },

  get writable() { return !this.destroyed && !this._w.ending; },
  get writableEnded() { return this._w.ending; },
  get writableFinished() { return this._w.finished; },
  get writableLength() { return this._w.size; },
  get writableHighWaterMark() { return this._w.high; },
  get writableNeedDrain() { return this._w.needDrain; },
  get _writableState() {
    const { ending, finished, size, high, needDrain, objects } = this._w;
    return {
      destroyed: this.destroyed, ended: ending, ending, errorEmitted: this.errored !== null && this.closed, errored: this.errored, finished, highWaterMark: high, length: size,
      needDrain, objectMode: objects,
    };
  },
  get writableObjectMode() { return this._w.objects; },
  get writableCorked() { return this._w.corked; },
  get writableAborted() { return this.destroyed && !this._w.finished; },

  _write(chunk, encoding, done) { done(Object.assign(new Error('The _write() method is not implemented'), { code: 'ERR_METHOD_NOT_IMPLEMENTED' })); },
  setDefaultEncoding(encoding) { this._w.encoding = encoding; return this; },
  cork() { this._w.corked++; },
  uncork() { if (this._w.corked && !--this._w.corked) drain(this); },

  write(chunk, encoding, done) {
    const state = this._w;
    if (typeof encoding === 'function') [encoding, done] = [undefined, encoding];
    if (chunk === null) throw Object.assign(new TypeError('May not write null values to stream'), { code: 'ERR_STREAM_NULL_VALUES' });
    if (!state.objects && typeof chunk !== 'string' && !ArrayBuffer.isView(chunk)) throw invalidArgument('chunk', 'of type string or an instance of Buffer, TypedArray, or DataView', chunk);
    if (state.ending || this.destroyed) {
      const error = state.ending ? Object.assign(new Error('write after end'), { code: 'ERR_STREAM_WRITE_AFTER_END' })
        : Object.assign(new Error('Cannot call write after a stream was destroyed'), { code: 'ERR_STREAM_DESTROYED' });
      nextTick(() => done?.(error));
      if (!this.destroyed) this.destroy(error);
      return false;
    }
    encoding ??= state.encoding;
    if (!state.objects && typeof chunk === 'string' && state.decode) [chunk, encoding] = [Buffer.from(chunk, encoding), 'buffer'];
    state.queue.push({ chunk, encoding, done });
    state.size += state.objects ? 1 : chunk.length;
    drain(this);
    const room = state.size < state.high;
    if (!room) state.needDrain = true;
    return room;
  },

  end(chunk, encoding, done) {
    if (typeof chunk === 'function') [chunk, done] = [undefined, chunk];
    if (typeof encoding === 'function') [encoding, done] = [undefined, encoding];
    if (chunk != null) this.write(chunk, encoding);
    if (done) {
      if (this._w.finished) nextTick(done);
      else if (this.destroyed) nextTick(() => done(this.errored ?? Object.assign(new Error('Cannot call end after a stream was destroyed'), { code: 'ERR_STREAM_DESTROYED' })));
      else this._w.ends.push(done);
    }
    this._w.ending = true;
    this._w.corked = 0;
    drain(this);
    return this;
  },
};

function drain(stream) {
  const state = stream._w;
  while (!state.busy && !state.corked && state.queue.length && !stream.destroyed) {
    const several = stream._writev && (state.queue.length > 1 || stream._write === writable._write);
    const batch = state.queue.splice(0, several ? state.queue.length : 1);
    state.busy = true;
    let sync = true;
    const written = error => {
      state.busy = false;
      for (const { chunk, done } of batch) {
        state.size -= state.objects ? 1 : chunk.length;
        if (done) nextTick(() => (error ? done(error) : done()));
      }
      if (error) stream.destroy(error);
      else if (!sync) drain(stream);
    };
    try {
      if (several) stream._writev(batch.map(({ chunk, encoding }) => ({ chunk, encoding })), written);
      else stream._write(batch[0].chunk, batch[0].encoding, written);
    } catch (error) {
      state.busy = false;
      stream.destroy(error);
    }
    sync = false;
  }
  if (state.queue.length || state.busy || stream.destroyed) return;
  if (state.needDrain && !state.ending) {
    state.needDrain = false;
    nextTick(() => stream.emit('drain'));
  }
  if (state.ending && !state.finishing) {
    state.finishing = true;
    const finish = error => {
      if (error) return stream.destroy(error);
      nextTick(() => {
        if (stream.destroyed) return;
        state.finished = true;
        for (const done of state.ends.splice(0)) done();
        stream.emit('finish');
        if (state.autoDestroy && (!stream._r || stream._r.endEmitted)) stream.destroy();
      });
    };
    if (stream._final) stream._final(finish); else finish();
  }
}

const mix = (type, ...parts) => {
  for (const part of parts) Object.defineProperties(type.prototype, Object.fromEntries(Object.entries(Object.getOwnPropertyDescriptors(part))
    .map(([name, descriptor]) => [name, { ...descriptor, enumerable: false }])));
  const key = Symbol.asyncIterator;
  if (parts.includes(readable)) Object.defineProperty(type.prototype, key, { value: readable[key], writable: true, configurable: true });
};

const isInstance = Function.prototype[Symbol.hasInstance];

class ReadableClass extends StreamClass {
  constructor(options) {
    super();
    this.initReadable(options);
  }

  /** A duplex is one of these, too, and a child class has its own instances only. */
  static [Symbol.hasInstance](value) { return isInstance.call(this, value) || (this === Readable || this === ReadableClass) && value instanceof StreamClass && value._r !== undefined; }

  /** A stream of what an iterable gives. */
  static from(source, options) {
    const single = typeof source === 'string' || ArrayBuffer.isView(source);
    const iterator = single ? [source][Symbol.iterator]() : source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]();
    return new Readable({
      objectMode: true, highWaterMark: 1, ...options,
      async read() {
        try {
          const { value, done } = await iterator.next();
          this.push(done ? null : await value);
        } catch (error) {
          this.destroy(error);
        }
      },
      destroy(error, done) {
        Promise.resolve(iterator.return?.()).then(() => done(error), done);
      },
    });
  }
}
ReadableClass.toWeb = stream => web().ReadableStream.from(stream);
ReadableClass.fromWeb = (source, options) => ReadableClass.from(source, options);
ReadableClass.isDisturbed = stream => stream._r.flowing !== null || stream.destroyed;
mix(ReadableClass, readable);

class WritableClass extends StreamClass {
  constructor(options) {
    super();
    this.initWritable(options);
  }

  static [Symbol.hasInstance](value) { return isInstance.call(this, value) || (this === Writable || this === WritableClass) && value instanceof StreamClass && value._w !== undefined; }
}
WritableClass.toWeb = stream => new (web().WritableStream)({
  start(controller) { stream.on('error', error => controller.error(error)); },
  write: chunk => new Promise((resolve, reject) => stream.write(chunk, error => (error ? reject(error) : resolve()))),
  close: () => new Promise((resolve, reject) => { stream.once('error', reject).end(resolve); }),
  abort: reason => { stream.destroy(reason); },
});
WritableClass.fromWeb = (target, options) => {
  const writer = target.getWriter();
  const settle = (promise, done) => promise.then(() => done(), done);
  return new WritableClass({ ...options, write: (chunk, encoding, done) => settle(writer.write(chunk), done), final: done => settle(writer.close(), done),
    destroy(error, done) { if (error) settle(writer.abort(error), () => done(error)); else done(null); } });
};
mix(WritableClass, writable);

class DuplexClass extends StreamClass {
  constructor(options = {}) {
    super();
    this.initReadable(options);
    this.initWritable(options);
    this.allowHalfOpen = options.allowHalfOpen ?? true;
  }
}
/** A duplex that writes to one stream and reads from another. */
const joinedStreams = (writer, reader, options) => {
  const duplex = new DuplexClass({
    readableObjectMode: reader?._r?.objects ?? true, writableObjectMode: writer?._w?.objects ?? true, ...options,
    write: (chunk, encoding, done) => writer.write(chunk, encoding, done), final: done => { if (writer) writer.end(done); else done(); },
    read() { reader.resume(); },
    destroy(error, done) { writer?.destroy(error); reader?.destroy(error); done(error); },
  });
  for (const one of new Set([writer, reader])) one?.on('error', error => duplex.destroy(error));
  if (reader) reader.on('data', chunk => { if (!duplex.push(chunk)) reader.pause(); }).on('end', () => duplex.push(null)).pause();
  else duplex.push(null);
  if (!writer) duplex.end();
  return duplex;
};
DuplexClass.from = source => {
  if (source instanceof DuplexClass) return source;
  if (typeof source === 'function') return compose(source);
  if (source?.readable instanceof web().ReadableStream) return joinedStreams(WritableClass.fromWeb(source.writable), ReadableClass.fromWeb(source.readable));
  if (source?.writable?.write || source?.readable?.read) return joinedStreams(source.writable, source.readable);
  return joinedStreams(source?._w ? source : undefined, source?._r ? source : source?._w ? undefined : ReadableClass.from(typeof source?.then === 'function' ? (async function* () { const value = await source; if (value != null) yield value; })() : source));
};
DuplexClass.toWeb = stream => ({ readable: ReadableClass.toWeb(stream), writable: WritableClass.toWeb(stream) });
DuplexClass.fromWeb = (pair, options) => joinedStreams(WritableClass.fromWeb(pair.writable), ReadableClass.fromWeb(pair.readable), options);
mix(DuplexClass, readable, writable);

class TransformClass extends DuplexClass {
  constructor(options = {}) {
    super(options);
    if (typeof options.transform === 'function') this._transform = options.transform;
    if (typeof options.flush === 'function') this._flush = options.flush;
  }

  _transform(chunk, encoding, done) { done(Object.assign(new Error('The _transform() method is not implemented'), { code: 'ERR_METHOD_NOT_IMPLEMENTED' })); }

  _write(chunk, encoding, done) {
    this._transform(chunk, encoding, (error, result) => {
      if (error) return done(error);
      if (result != null) this.push(result);
      if (this._r.size < this._r.high) done();
      else this._waiting = done;
    });
  }

  _read() {
    this._r.reading = false;
    const done = this._waiting;
    this._waiting = undefined;
    done?.();
  }

  _final(done) {
    const end = (error, result) => {
      if (error) return done(error);
      if (result != null) this.push(result);
      this.push(null);
      done();
    };
    if (this._flush) this._flush(end); else end();
  }
}

class PassThroughClass extends TransformClass {
  _transform(chunk, encoding, done) { done(null, chunk); }
}

// Old code says Stream.call(this), and Readable(options) without new.
function callable(type, name, init) {
  const callable = new Proxy(type, { apply(target, self, [options = {}]) {
    if (!(self instanceof type)) return new type(options);
    Object.assign(self, { destroyed: false, closed: false, errored: null });
    init(self, options);
    return undefined;
  } });
  Object.defineProperty(type, 'name', { value: name });
  Object.defineProperty(type.prototype, 'constructor', { value: callable, writable: true, configurable: true });
  return callable;
}

const both = (self, options) => {
  self.initReadable(options);
  self.initWritable(options);
  self.allowHalfOpen = options.allowHalfOpen ?? true;
};
const transform = (self, options) => {
  both(self, options);
  if (options.transform) self._transform = options.transform;
  if (options.flush) self._flush = options.flush;
};

export const Stream = callable(StreamClass, 'Stream', () => {});
export const Readable = callable(ReadableClass, 'Readable', (self, options) => self.initReadable(options));
export const Writable = callable(WritableClass, 'Writable', (self, options) => self.initWritable(options));
export const Duplex = callable(DuplexClass, 'Duplex', both);
export const Transform = callable(TransformClass, 'Transform', transform);
export const PassThrough = callable(PassThroughClass, 'PassThrough', transform);

/** Calls back when a stream is through, or broke; @returns what stops the watching */
export function finished(stream, options, callback = options) {
  let reported = false;
  const report = error => {
    if (reported) return;
    reported = true;
    callback(error);
  };
  const end = () => { if (!stream._w || stream._w.finished || options?.writable === false) report(); };
  const finish = () => { if (!stream._r || stream._r.endEmitted || options?.readable === false) report(); };
  const close = () => report(stream.errored ?? (stream._r && options?.readable !== false && !stream._r.endEmitted || stream._w && options?.writable !== false && !stream._w.finished
    ? Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }) : undefined));
  stream.on('end', end).on('finish', finish).on('error', report).on('close', close);
  if (stream.closed) nextTick(close);
  return () => stream.off('end', end).off('finish', finish).off('error', report).off('close', close);
}

/** Pipes streams (and iterables, and async generator functions) into each other; one that breaks ends all. */
export function pipeline(...parts) {
  const callback = typeof parts.at(-1) === 'function' && parts.length > 1 && !isGenerator(parts.at(-1)) ? parts.pop() : undefined;
  const streams = [];
  let current;
  for (const part of parts.flat()) {
    const next = typeof part === 'function' ? Readable.from(yielding(part(current))) : typeof part.pipe === 'function' || typeof part.write === 'function' ? part : Readable.from(part);
    if (current && typeof part !== 'function') current.pipe(next);
    streams.push(next);
    current = next;
  }
  let left = streams.length, failure;
  for (const stream of streams) {
    const standard = stream === globalThis.process.stdout || stream === globalThis.process.stderr;
    if (standard) {
      left--;
      continue;
    }
    // What the first is given, and the last gives, is others' business.
    const last = stream === streams.at(-1) && stream._w, first = stream === streams[0] && stream._r && streams.length > 1;
    finished(stream, { ...last && { readable: false }, ...first && { writable: false } }, error => {
      if (error && !failure) {
        failure = error;
        for (const other of streams) other.destroy();
      }
      if (--left === 0) callback?.(failure);
    });
  }
  if (typeof parts.at(-1) === 'function') current.resume();
  return current;
}

/** Streams and async generator functions, one after the other, as one stream. */
export function compose(...parts) {
  const first = typeof parts[0] === 'function' ? new PassThrough({ objectMode: true }) : parts[0];
  const all = first === parts[0] ? parts : [first, ...parts];
  if (all.length === 1) return DuplexClass.from(first);
  let duplex;
  const last = pipeline(...all, error => { if (error) duplex?.destroy(error); });
  return duplex = joinedStreams(first._w ? first : undefined, last._r ? last : undefined);
}

/** What a function of a pipeline gives: what can be iterated, or the last one's promise. */
const yielding = given => (typeof given?.then === 'function' ? (async function* () { await given; })() : given);

const isGenerator = callback => /^(async\s*)?function\s*\*|^async\s*\*/.test(Function.prototype.toString.call(callback));

export const addAbortSignal = (signal, stream) => {
  const abort = () => stream.destroy(abortError(signal));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return stream;
};
const asPart = part => part?.pipe || part?.write || typeof part === 'function' || part?.[Symbol.iterator] || part?.[Symbol.asyncIterator];
const web = () => globalThis.process.getBuiltinModule('stream/web');
export const getDefaultHighWaterMark = objects => (objects ? HIGH_WATER_OBJECTS : HIGH_WATER);
export const isErrored = stream => Boolean(stream.errored);
export const isReadable = stream => (stream?._r ? stream.readable && !stream.errored : null);
export const isDisturbed = stream => ReadableClass.isDisturbed(stream);


export const promises = {
  finished: (stream, options) => new Promise((resolve, reject) => finished(stream, options ?? {}, error => (error ? reject(error) : resolve()))),
  pipeline: (...parts) => new Promise((resolve, reject) => {
    const { signal } = asPart(parts.at(-1)) || Array.isArray(parts.at(-1)) ? {} : parts.pop();
    const stop = () => stoppable._w || stoppable._r ? stoppable.destroy(abortError(signal)) : undefined;
    if (signal?.aborted) return reject(abortError(signal));
    const stoppable = pipeline(...parts, error => {
      signal?.removeEventListener('abort', stop);
      if (error) reject(error); else resolve();
    });
    signal?.addEventListener('abort', stop, { once: true });
  }),
};

Object.assign(Stream, { Duplex, PassThrough, Readable, Stream, Transform, Writable, addAbortSignal, compose, finished, getDefaultHighWaterMark, isDisturbed, isErrored, isReadable, pipeline, promises });

export default Stream;
