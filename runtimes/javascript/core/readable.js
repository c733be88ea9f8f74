// Waiting until there is something to read.

import * as os from 'qjs:os';
import { hold, release, runTask } from './loop.js';

/**
 * What waits to be read. QuickJS gets only the first of them: of several, its loop looks at as many as are ready, from the
 * first on, and so may miss the one that is. They take turns instead, and rest longer while nothing happens.
 */
const waiting = [];
const SHORTEST = 1, LONGEST = 16;  // ms of a turn
let turn, pause = SHORTEST;

function beginTurn() {
  if (waiting.length) os.setReadHandler(waiting[0].fd, waiting[0].run);
  turn = waiting.length > 1 ? os.setTimeout(nextTurn, pause) : undefined;
}

function endTurn() {
  if (waiting.length) os.setReadHandler(waiting[0].fd, null);
  if (turn !== undefined) os.clearTimeout(turn);
}

function nextTurn() {
  turn = undefined;
  endTurn();
  waiting.push(waiting.shift());
  pause = Math.min(2 * pause, LONGEST);
  beginTurn();
}

/** Calls `ready` as a task each time that there is something to read, until the function that it answers is called. */
export function whenReadable(fd, ready) {
  const source = { fd, run() {
    pause = SHORTEST;
    runTask(ready);
  } };
  hold();
  endTurn();
  waiting.push(source);
  beginTurn();
  return () => {
    const at = waiting.indexOf(source);
    if (at < 0) return;
    endTurn();
    waiting.splice(at, 1);
    beginTurn();
    release();
  };
}
