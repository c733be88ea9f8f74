// node:worker_threads, by its names, for programs that ask whether they are the main thread: there is no other.

import { absentFrom } from '../core/absent.js';
import { MessageChannel, MessagePort } from '../core/web/channel.js';

const absent = absentFrom('worker_threads', 'this JavaScript has no threads; child_process starts processes');

export const isMainThread = true;
export const parentPort = null;
export const workerData = null;
export const threadId = 0;
export const resourceLimits = {};
export const SHARE_ENV = Symbol('nodejs.worker_threads.SHARE_ENV');
export class Worker {
  constructor() { absent('Worker'); }
}
export { MessageChannel, MessagePort };
export class BroadcastChannel {
  constructor() { absent('BroadcastChannel'); }
}

export default { BroadcastChannel, MessageChannel, MessagePort, SHARE_ENV, Worker, isMainThread, parentPort, resourceLimits, threadId, workerData };
