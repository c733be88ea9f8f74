import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environment, parseEnvironment } from '../src/app/environment.js';

test('a variable to a line', () => {
  const { variables, problem } = parseEnvironment('A=1\n\n# not this\n  B = x=y \nC='.replace(' = ', '='));
  assert.deepEqual(variables, { A: '1', B: 'x=y ', C: '' });
  assert.equal(problem, '');
});
test('what is no variable is named', () => {
  assert.match(parseEnvironment('A=1\nnonsense\nB').problem, /nonsense/);
  assert.match(parseEnvironment('=1').problem, /=1/);
});
test('only what is added needs the rest', () => {
  const project = { dir: '/work/p', detection: { env: { MODE: 'fast', X: '1' } } };
  const terminal = { cols: 100, rows: 30 };
  assert.equal(environment({}, project, terminal), undefined);
  const { PWD, MODE, X, COLUMNS } = environment({ X: '2' }, project, terminal);
  assert.deepEqual({ PWD, MODE, X, COLUMNS }, { PWD: '/work/p', MODE: 'fast', X: '2', COLUMNS: '100' });
});
