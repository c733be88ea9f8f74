// node:worker_threads, by its names, for programs that ask whether they are the main thread: there is no other.

function absent(name) {
  throw Object.assign(new Error(`worker_threads.${name}: this JavaScript has no threads; child_process starts processes`), { code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM' });
}

export const isMainThread = true;
export const parentPort = null;
export const workerData = null;
export const threadId = 0;
export const resourceLimits = {};
export const SHARE_ENV = Symbol('nodejs.worker_threads.SHARE_ENV');
export class Worker {
  constructor() { absent('Worker'); }
}
export class MessageChannel {
  constructor() { absent('MessageChannel'); }
}
export class MessagePort {
  constructor() { absent('MessagePort'); }
}
export class BroadcastChannel {
  constructor() { absent('BroadcastChannel'); }
}

export default { BroadcastChannel, MessageChannel, MessagePort, SHARE_ENV, Worker, isMainThread, parentPort, resourceLimits, threadId, workerData };
