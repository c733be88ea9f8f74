// How assert says in what two values differ.

import { inspect } from './inspect.js';

const HEADS = {
  deepStrictEqual: 'Expected values to be strictly deep-equal:', strictEqual: 'Expected values to be strictly equal:', strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: 'Expected values to be loosely deep-equal:', notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:', notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":', notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
};
const SHORT = 12, WIDTH = 80, MANY = 1000;

const linesOf = value => inspect(value, { compact: false, depth: 1000, maxArrayLength: Infinity, maxStringLength: Infinity, breakLength: Infinity, sorted: true, getters: true }).split('\n');
const isObject = value => typeof value === 'object' && value !== null || typeof value === 'function';

/** The message where `actual` should have been `expected`. */
export function difference(actual, expected, operator) {
  if (operator === 'strictEqual' && isObject(actual) && isObject(expected)) operator = 'strictEqualObject';
  const a = linesOf(actual), b = linesOf(expected);
  if (operator === 'deepEqual') {
    const cut = lines => (lines.length > 50 ? [...lines.slice(0, 46), '...'] : lines).join('\n');
    return `${HEADS.deepEqual}\n\n${cut(a)}\n\nshould loosely deep-equal\n\n${cut(b)}`;
  }
  if (a.join('\n') === b.join('\n')) return `Values have same structure but are not reference-equal:\n\n${a.join('\n')}\n`;
  let pointer = '';
  if (a.length === 1 && b.length === 1) {
    const length = a[0].length + b[0].length;
    if (length <= SHORT && !isObject(actual) && !isObject(expected) && (actual !== 0 || expected !== 0)) return `${HEADS[operator]}\n\n${a[0]} !== ${b[0]}\n`;
    if (length > SHORT && operator !== 'strictEqualObject' && length < WIDTH) {
      let same = 0;
      while (a[0][same] === b[0][same]) same++;
      if (same > 2) pointer = `\n  ${' '.repeat(same)}^`;
    }
  }
  return `${HEADS[operator]}\n+ actual - expected\n\n${compared(a, b).join('\n')}${pointer}`;
}

/** The message where `actual` should not have been what it is. */
export function sameness(actual, operator) {
  if (operator === 'notStrictEqual' && isObject(actual)) operator = 'notStrictEqualObject';
  const lines = linesOf(actual);
  return lines.length === 1 ? `${HEADS[operator]}${lines[0].length > 5 ? '\n\n' : ' '}${lines[0]}` : `${HEADS[operator]}\n\n${lines.join('\n')}\n`;
}

/** The lines of both, by their longest common sequence. */
function compared(a, b) {
  let head = 0, tail = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const x = a.slice(head, a.length - tail), y = b.slice(head, b.length - tail), found = [];
  if (x.length * y.length > MANY * MANY) found.push(...x.map(line => `+ ${line}`), ...y.map(line => `- ${line}`));
  else {
    const width = y.length + 1, longest = new Uint16Array((x.length + 1) * width);
    for (let i = x.length - 1; i >= 0; i--) {
      for (let j = y.length - 1; j >= 0; j--) longest[i * width + j] = x[i] === y[j] ? longest[(i + 1) * width + j + 1] + 1 : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
    for (let i = 0, j = 0; i < x.length || j < y.length;) {
      if (i < x.length && j < y.length && x[i] === y[j]) {
        found.push(`  ${x[i++]}`);
        j++;
      } else if (i < x.length && (j === y.length || longest[(i + 1) * width + j] >= longest[i * width + j + 1])) found.push(`+ ${x[i++]}`);
      else found.push(`- ${y[j++]}`);
    }
  }
  return [...a.slice(0, head).map(line => `  ${line}`), ...found, ...a.slice(a.length - tail).map(line => `  ${line}`)];
}
