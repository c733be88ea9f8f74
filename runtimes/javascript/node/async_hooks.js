// node:async_hooks: AsyncResource, and AsyncLocalStorage for what happens before the first await. QuickJS does not say when one
// task leads to another, so a store is not seen after an await or in a timer, unless AsyncResource.bind carried it there.

let current = new Map();

function within(stores, callback, self, args) {
  const before = current;
  current = stores;
  try {
    return callback.apply(self, args);
  } finally {
    current = before;
  }
}

export class AsyncResource {
  #stores = current;
  constructor(type) { this.type = type; }
  static bind(callback) { return new AsyncResource('bound').bind(callback); }
  bind(callback, self) {
    const resource = this;
    return function bound(...args) { return resource.runInAsyncScope(callback, self ?? this, ...args); };
  }
  runInAsyncScope(callback, self, ...args) { return within(this.#stores, callback, self, args); }
  emitDestroy() { return this; }
  asyncId() { return 0; }
  triggerAsyncId() { return 0; }
}

export class AsyncLocalStorage {
  static bind(callback) { return AsyncResource.bind(callback); }
  static snapshot() {
    const resource = new AsyncResource('snapshot');
    return (callback, ...args) => resource.runInAsyncScope(callback, undefined, ...args);
  }
  getStore() { return current.get(this); }
  run(store, callback, ...args) { return within(new Map(current).set(this, store), callback, undefined, args); }
  exit(callback, ...args) {
    const stores = new Map(current);
    stores.delete(this);
    return within(stores, callback, undefined, args);
  }
  enterWith(store) { current = new Map(current).set(this, store); }
  disable() { current.delete(this); }
}

export const executionAsyncId = () => 0;
export const triggerAsyncId = () => 0;
export const executionAsyncResource = () => ({});
export const createHook = () => ({ enable() { return this; }, disable() { return this; } });

export default { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId, executionAsyncResource, triggerAsyncId };
