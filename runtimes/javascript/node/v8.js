// node:v8, for programs that look at it in passing: the engine here is QuickJS, and has no snapshots.

import process from '../core/process.js';

export const startupSnapshot = { isBuildingSnapshot: () => false };
export const setFlagsFromString = () => {};
export function getHeapStatistics() {
  const { rss } = process.memoryUsage();
  return { total_heap_size: rss, used_heap_size: rss, total_available_size: 2 ** 30 - rss, heap_size_limit: 2 ** 30, malloced_memory: 0, external_memory: 0 };
}

export default { getHeapStatistics, setFlagsFromString, startupSnapshot };
