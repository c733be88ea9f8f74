package dev.samovar.kernel.process;

import dev.samovar.kernel.capability.Limits;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import java.nio.charset.StandardCharsets;

/** Tells a process that a limit ended, on its standard error, which one and how much it was. */
public final class Ending {
  /** It used up its CPU time: ended as by SIGXCPU. */
  public static final int CPU = 1;
  /** Its time is over: ended as by SIGALRM. */
  public static final int WALL = 2;
  /** It wrote more than it may: ended as by SIGXFSZ. */
  public static final int OUTPUT = 3;
  /** It failed, with its linear memory as large as it may get. */
  public static final int MEMORY = 4;

  private static final int STDERR = 2;
  private static final int NAME_MAX = 255;
  /** This near to its limit a memory counts as full: what it asked for last is what it did not get. */
  private static final long NEAR = 1 << 20;

  private final KernelMemory memory;
  private final Processes processes;
  private final Descriptors descriptors;
  private final OpenFiles openFiles;
  private final Strings strings;
  private final Limits limits;
  private final int scratch;

  /** @param arena this worker's */
  Ending(KernelMemory memory, Processes processes, Descriptors descriptors, OpenFiles openFiles,
      Strings strings, Limits limits, int arena) {
    this.memory = memory;
    this.processes = processes;
    this.descriptors = descriptors;
    this.openFiles = openFiles;
    this.strings = strings;
    this.limits = limits;
    scratch = arena + Arena.BYTES;
  }

  /** A process ends with a status other than 0: was it for want of memory? */
  void considerMemory(int process, long guestBytes) {
    long limit = limits.memory(processes.limits(process));
    if (guestBytes > 0 && limit - guestBytes < Math.min(NEAR, limit / 4)) {
      processes.setEnding(process, MEMORY);
    }
  }

  /** Says why, if it was a limit. The process still has its descriptors. */
  void say(int process) {
    int why = processes.ending(process);
    int file = why == 0 ? 0 : descriptors.get(process, STDERR);
    if (file != 0) {
      byte[] text = (": " + sentence(why, processes.limits(process)) + "\n").getBytes(StandardCharsets.UTF_8);
      int at = put("samovar: ".getBytes(StandardCharsets.UTF_8), scratch);
      at = put(text, copyName(process, at));
      openFiles.say(file, scratch, at - scratch);
    }
  }

  private int put(byte[] bytes, int at) {
    for (int i = 0; i < bytes.length; i++) {
      memory.putByte(at + i, bytes[i]);
    }
    return at + bytes.length;
  }

  private int copyName(int process, int at) {
    int list = processes.arguments(process);
    int from = list == 0 ? 0 : strings.data(list);
    int length = 0;
    while (list != 0 && length < Math.min(strings.bytes(list), NAME_MAX) && memory.getByte(from + length) != 0) {
      length++;
    }
    memory.copy(at, from, length);
    return at + length;
  }

  private String sentence(int why, int record) {
    switch (why) {
      case CPU:
        return "its limit of " + Limits.secondsOf(limits.cpu(record)) + " s of CPU time (limits.cpuSeconds) was reached";
      case WALL:
        return "its limit of " + Limits.secondsOf(limits.wall(record)) + " s of time (limits.wallSeconds) was reached";
      case OUTPUT:
        return "its limit of " + size(limits.output(record)) + " of output (limits.outputBytes) was reached";
      default:
        return "its memory limit of " + size(limits.memory(record)) + " (limits.memory) was reached";
    }
  }

  private static String size(long bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + " MiB";
    }
    return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " bytes";
  }
}
