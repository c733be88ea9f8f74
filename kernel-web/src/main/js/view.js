/**
 * A view of shared memory. Just after another worker has grown it, this worker's buffer may still have the old length:
 * growing by nothing makes the engine look again.
 */
export function view(memory, address, length) {
  if (address + length > memory.buffer.byteLength) {
    memory.grow(0);
  }
  return new Uint8Array(memory.buffer, address, length);
}
