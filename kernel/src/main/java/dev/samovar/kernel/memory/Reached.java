package dev.samovar.kernel.memory;

import java.util.Arrays;

/** The records of one kind that a walk has come across: each is looked into once, however many ways lead to it. */
public final class Reached {
  private final IntMap seen = new IntMap();
  private int[] addresses = new int[64];
  private int size;
  private int looked;

  Reached() {}

  /** Notes a record; 0 is none. */
  public void add(int address) {
    if (address != 0 && !seen.contains(address)) {
      seen.put(address, 1);
      if (size == addresses.length) {
        addresses = Arrays.copyOf(addresses, 2 * size);
      }
      addresses[size++] = address;
    }
  }

  /** One that has not been looked into yet, 0 if there is none. */
  public int next() {
    return looked < size ? addresses[looked++] : 0;
  }

  boolean contains(int address) {
    return seen.contains(address);
  }

  public int size() {
    return size;
  }

  public int get(int index) {
    return addresses[index];
  }
}
