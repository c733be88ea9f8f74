package dev.samovar.kernel.memory;

/** A hash table from addresses (not 0) to numbers, in plain arrays: a walk over the kernel notes a million of them. */
final class IntMap {
  private int[] keys = new int[64];
  private int[] values = new int[64];
  private int size;

  /** The number of a key, 0 if there is none. */
  int get(int key) {
    return values[indexOf(key)];
  }

  boolean contains(int key) {
    return keys[indexOf(key)] != 0;
  }

  void put(int key, int value) {
    int index = indexOf(key);
    if (keys[index] == 0) {
      if (++size * 2 > keys.length) {
        enlarge();
        index = indexOf(key);
      }
      keys[index] = key;
    }
    values[index] = value;
  }

  /** Adds to a key's number. */
  void add(int key, int delta) {
    put(key, get(key) + delta);
  }

  private int indexOf(int key) {
    int mask = keys.length - 1;
    int index = key * 0x9E3779B1 >>> 7 & mask;
    while (keys[index] != 0 && keys[index] != key) {
      index = index + 1 & mask;
    }
    return index;
  }

  private void enlarge() {
    int[] oldKeys = keys;
    int[] oldValues = values;
    keys = new int[oldKeys.length * 2];
    values = new int[oldKeys.length * 2];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int index = indexOf(oldKeys[i]);
        keys[index] = oldKeys[i];
        values[index] = oldValues[i];
      }
    }
  }
}
