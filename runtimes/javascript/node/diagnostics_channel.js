// node:diagnostics_channel: named channels on which libraries tell what they do.

const channels = new Map();

export class Channel {
  #subscribers = new Set();
  #stores = new Map();

  constructor(name) {
    this.name = name;
  }

  get hasSubscribers() { return this.#subscribers.size > 0 || this.#stores.size > 0; }
  subscribe(listener) { this.#subscribers.add(listener); }
  unsubscribe(listener) { return this.#subscribers.delete(listener); }
  bindStore(store, transform = data => data) { this.#stores.set(store, transform); }
  unbindStore(store) { return this.#stores.delete(store); }

  publish(data) {
    for (const listener of [...this.#subscribers]) {
      try {
        listener(data, this.name);
      } catch (error) {
        queueMicrotask(() => { throw error; });
      }
    }
  }

  runStores(data, run, self, ...args) {
    let all = () => {
      this.publish(data);
      return Reflect.apply(run, self, args);
    };
    for (const [store, transform] of this.#stores) {
      const inner = all;
      all = () => store.run(transform(data), inner);
    }
    return all();
  }
}

export function channel(name) {
  if (!channels.has(name)) channels.set(name, new Channel(name));
  return channels.get(name);
}
export const hasSubscribers = name => Boolean(channels.get(name)?.hasSubscribers);
export const subscribe = (name, listener) => channel(name).subscribe(listener);
export const unsubscribe = (name, listener) => Boolean(channels.get(name)?.unsubscribe(listener));

const PHASES = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];

export class TracingChannel {
  constructor(names) {
    for (const phase of PHASES) this[phase] = typeof names === 'string' ? channel(`tracing:${names}:${phase}`) : names[phase];
  }

  get hasSubscribers() { return PHASES.some(phase => this[phase]?.hasSubscribers); }
  subscribe(listeners) { for (const phase of PHASES) if (listeners[phase]) this[phase].subscribe(listeners[phase]); }
  unsubscribe(listeners) { return PHASES.every(phase => !listeners[phase] || this[phase].unsubscribe(listeners[phase])); }

  traceSync(run, context = {}, self, ...args) {
    return this.#trace(context, () => context.result = Reflect.apply(run, self, args));
  }

  tracePromise(run, context = {}, self, ...args) {
    const settled = (field, value) => {
      context[field] = value;
      if (field === 'error') this.error.publish(context);
      this.asyncStart.publish(context);
      this.asyncEnd.publish(context);
    };
    return this.#trace(context, () => Promise.resolve(Reflect.apply(run, self, args)).then(
      result => { settled('result', result); return result; },
      error => { settled('error', error); throw error; }));
  }

  #trace(context, run) {
    return this.start.runStores(context, () => {
      try {
        return run();
      } catch (error) {
        context.error = error;
        this.error.publish(context);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }
}
export const tracingChannel = names => new TracingChannel(names);

export default { Channel, TracingChannel, channel, hasSubscribers, subscribe, tracingChannel, unsubscribe };
