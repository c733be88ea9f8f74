/** Has the engine look for garbage, which frees the memories of programs that have ended: it is large enough for that. */
export function collect() {
  new ArrayBuffer(64 << 20);
}
