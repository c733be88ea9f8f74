// Waiting until there is something to read.

import { READ, Watch } from './loop.js';

/** Calls `ready` as a task each time that there is something to read, until the function that it answers is called. */
export function whenReadable(fd, ready) {
  const watch = new Watch(fd, ready);
  watch.want(READ);
  return () => watch.want(0);
}
