// The text of the gate: the thunk through which every guest enters the kernel. A guest's imports are the gate's exports,
// wasm to wasm; each probes the stack and calls the raw export of the kernel that has its name (with _ for -).
import { FUNCTIONS as WASI, SOCKET_FUNCTIONS, SOCKET_VARIANTS, THREAD_FUNCTIONS } from '../src/main/js/functions.js';

const FUNCTIONS = Object.assign({}, WASI, THREAD_FUNCTIONS, SOCKET_FUNCTIONS, ...SOCKET_VARIANTS);

/**
 * Values that the probe keeps alive at once, 8 bytes each: 32 KiB of stack, several times the kernel's worst depth.
 * Why a trap in the kernel must not happen, and why this is a cheap way to know: docs/RATIONALE.md.
 */
const PROBE_VALUES = 4096;

export function gateText() {
  const names = Object.keys(FUNCTIONS);
  const params = (name) => [...FUNCTIONS[name]].map((c) => (c === 'I' ? ' (param i64)' : ' (param i32)')).join('');
  const result = (name) => (name === 'proc_exit' ? '' : ' (result i32)');
  const out = ['(module'];
  for (const name of names) {
    out.push(`  (import "kernel" "${name.replace('-', '_')}" (func $k_${name}${params(name)}${result(name)}))`);
  }
  out.push('  (import "kernel" "load32" (func $load32 (param i32) (result i32)))');
  out.push('  (import "env" "memory" (memory 1 32768 shared))');

  // Never taken, since the argument is 0; but the frame for it is laid out, and the engine compares it with the stack
  // that is left, on every call. The call at the top keeps the frame from being moved into the branch.
  const values = Array.from({ length: PROBE_VALUES }, (_, i) => i);
  out.push('  (func $probe (param $never i32)');
  out.push('    (drop (call $load32 (i32.const 65536)))');
  out.push('    (if (local.get $never) (then');
  for (const i of values) {
    out.push(`      (i64.load offset=${8 * i} (local.get $never))`);
  }
  out.push('      (drop (call $load32 (i32.const 65536)))');
  for (const i of values) {
    out.push('      (call $keep)');
  }
  out.push('    )))');
  out.push('  (global $kept (mut i64) (i64.const 0))');
  out.push('  (func $keep (param i64) (global.set $kept (i64.xor (global.get $kept) (local.get 0))))');

  for (const name of names) {
    const args = [...FUNCTIONS[name]].map((_, i) => ` (local.get ${i})`).join('');
    out.push(`  (func (export "${name}")${params(name)}${result(name)}`);
    out.push(`    (call $probe (i32.const 0)) (call $k_${name}${args}))`);
  }
  out.push(')');
  return out.join('\n');
}
