import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusInWords } from '../src/app/status.js';

const cases = {
  0: 'exited with status 0',
  3: 'exited with status 3',
  126: 'not runnable (status 126)',
  127: 'program not found (status 127)',
  128: 'exited with status 128',
  130: 'ended by ^C (SIGINT)',
  131: 'ended by ^\\ (SIGQUIT)',
  134: 'trapped (status 134)',
  137: 'killed by SIGKILL',
  143: 'killed by SIGTERM',
  255: 'exited with status 255',
};

for (const [status, words] of Object.entries(cases)) {
  test(`${status}: ${words}`, () => assert.equal(statusInWords(Number(status)), words));
}
