package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Capabilities;
import dev.samovar.kernel.capability.Limits;
import dev.samovar.kernel.fs.Devices;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.VirtualFiles;
import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.PageAllocator;
import java.nio.charset.StandardCharsets;

/**
 * The names in {@code /proc} and {@code /dev/fd}, made up when somebody looks: nothing is prepared when a process starts.
 * A process sees itself and its descendants, the kernel worker all. {@code docs/files.md} has the formats.
 */
public final class ProcTree implements VirtualFiles {
  /** Nodes: {@code /proc}, {@code /proc/PID}, and {@code /proc/PID/fd} or, with subject 0, {@code /dev/fd}. */
  public static final int ROOT = 2;
  private static final int PROCESS = 3;
  public static final int DESCRIPTORS = 4;

  private static final String SELF = "self";
  private static final String[] MACHINE = {SELF, "meminfo", "uptime", "version"};
  private static final String[] OF_PROCESS = {"capabilities", "cmdline", "ctl", "environ", "fd", "limits", "status",
      "net", "stderr", "stdin", "stdout", "wait"};
  /** Numbers of pids in a listing start here. */
  private static final int PIDS = 16;
  private static final int LONGEST_NAME = 16;
  /** {@code /proc/PID/net}. */
  private static final int SOCKETS = 8;

  private final KernelMemory memory;
  private final Host host;
  private final FileSystem files;
  private final OpenFiles openFiles;
  private final PageAllocator pages;
  private final Processes processes;
  private final Threads threads;
  private final Descriptors descriptors;
  private final Strings strings;
  private final Limits limits;
  private final Capabilities capabilities;
  private final SocketNames sockets;
  private int nameLength;
  private int nameType;

  ProcTree(KernelMemory memory, Host host, FileSystem files, OpenFiles openFiles, PageAllocator pages, Processes processes,
      Threads threads, Descriptors descriptors, Strings strings, Limits limits, Capabilities capabilities, SocketNames sockets) {
    this.memory = memory;
    this.host = host;
    this.files = files;
    this.openFiles = openFiles;
    this.pages = pages;
    this.processes = processes;
    this.threads = threads;
    this.descriptors = descriptors;
    this.strings = strings;
    this.limits = limits;
    this.capabilities = capabilities;
    this.sockets = sockets;
  }

  /** Whether the caller may see and signal a process. It holds the process lock. */
  boolean isVisible(int process) {
    int caller = threads.caller();
    return caller == 0 || processes.descends(process, caller);
  }

  @Override
  public int child(int directory, int name, int length) {
    if (VirtualFiles.isNetwork(files.inodes().node(directory))) {
      return sockets.child(directory, text(name, length));
    }
    if (length > LONGEST_NAME) {
      return 0;
    }
    String text = text(name, length);
    int subject = files.inodes().subject(directory);
    switch (files.inodes().node(directory)) {
      case ROOT:
        return inRoot(directory, text);
      case PROCESS:
        return inProcess(directory, subject, text);
      case SOCKETS:
        return inSockets(subject, number(text));
      default:
        return inDescriptors(subject, number(text));
    }
  }

  private int inRoot(int root, String name) {
    int caller = threads.caller();
    if (name.equals(SELF)) {
      return caller == 0 ? 0 : files.createVirtualDirectory(PROCESS, processes.pid(caller), root);
    }
    switch (name) {
      case "meminfo":
        return snapshot("MemTotal:\t" + kib(pages.maximumPages()) + " kB\nMemFree:\t"
            + kib(pages.maximumPages() - pages.totalPages() + pages.freePages()) + " kB\n");
      case "uptime":
        long hundredths = host.monotonicNanos() / 10_000_000;
        return snapshot(hundredths / 100 + "." + hundredths / 10 % 10 + hundredths % 10 + "\n");
      case "version":
        return snapshot("Samovar wasi_snapshot_preview1\n");
      default:
        int pid = number(name);
        return processes.find(pid) == 0 ? 0 : files.createVirtualDirectory(PROCESS, pid, root);
    }
  }

  private static long kib(long pages) {
    return pages * (PageAllocator.PAGE >> 10);
  }

  private int inProcess(int directory, int pid, String name) {
    processes.lock();
    int process = processes.find(pid);
    int found = process == 0 ? 0 : !isVisible(process) ? -Errno.EPERM : ofProcess(process, pid, name);
    processes.unlock();
    return found;
  }

  /** What a process has under a name: the one place to add another. */
  private int ofProcess(int process, int pid, String name) {
    switch (name) {
      case "status":
        return snapshot(status(process));
      case "limits":
        return snapshot(limits.describe(processes.limits(process)));
      case "capabilities":
        return snapshot(capabilities.describe(processes.capabilities(process)));
      case "cmdline":
        return snapshotOf(processes.arguments(process));
      case "environ":
        return snapshotOf(processes.environment(process));
      case "fd":
        return files.createVirtualDirectory(DESCRIPTORS, pid, 0);
      case "net":
        return files.createVirtualDirectory(SOCKETS, pid, 0);
      case "ctl":
        return files.createDevice(Devices.CONTROL, process == threads.caller() ? VirtualFiles.OWN : 0, pid);
      case "wait":
        return files.createDevice(Devices.WAIT, pid);
      case "stdin":
        return files.createDevice(Devices.STREAM, pid);
      case "stdout":
        return files.createDevice(Devices.STREAM + 1, pid);
      case "stderr":
        return files.createDevice(Devices.STREAM + 2, pid);
      default:
        return 0;
    }
  }

  private String status(int process) {
    int arguments = processes.arguments(process);
    int data = arguments == 0 ? 0 : strings.data(arguments);
    int length = 0;
    while (arguments != 0 && length < strings.bytes(arguments) && memory.getByte(data + length) != 0) {
      length++;
    }
    StringBuilder ignored = new StringBuilder();
    for (int signal = 1; signal < 32; signal++) {
      if (processes.ignores(process, signal)) {
        ignored.append(ignored.length() == 0 ? "" : " ").append(signal);
      }
    }
    return "Name:\t" + text(data, Math.min(length, 255)).replace('\n', '?') + "\nState:\t" + state(process) + "\nPid:\t"
        + processes.pid(process) + "\nPPid:\t" + processes.parent(process) + "\nPGid:\t" + processes.group(process)
        + "\nSid:\t" + processes.session(process) + "\nVmSize:\t" + (processes.guestBytes(process) >> 10) + " kB\nCpuMs:\t"
        + processes.cpuNanos(process) / 1_000_000 + "\nSyscalls:\t" + processes.systemCalls(process) + "\nSigIgn:\t"
        + ignored + "\n";
  }

  private String state(int process) {
    switch (processes.state(process)) {
      case Processes.NEW:
      case Processes.QUEUED:
        return "Q (queued)";
      case Processes.ZOMBIE:
        return "Z (zombie)";
      default:
        return !processes.isSleeping(process) ? "R (running)" : processes.isStopped(process) ? "T (stopped)"
            : "S (sleeping)";
    }
  }

  private int inDescriptors(int pid, int fd) {
    int caller = threads.caller();
    if (!isOwn(caller, pid)) {
      return -Errno.EPERM;
    }
    return fd < 0 || descriptors.get(caller, fd) == 0 ? 0 : files.createDevice(Devices.DESCRIPTOR, fd);
  }

  /** Another process's numbers can be listed, but what is behind them is its own. */
  private boolean isOwn(int caller, int pid) {
    return caller != 0 && (pid == 0 || pid == processes.pid(caller));
  }

  private int inSockets(int pid, int fd) {
    int caller = threads.caller();
    if (!isOwn(caller, pid)) {
      return -Errno.EPERM;
    }
    int file = fd < 0 ? 0 : descriptors.get(caller, fd);
    return file == 0 || openFiles.kind(file) != OpenFiles.SOCKET ? 0 : snapshot(sockets.describe(file));
  }

  @Override
  public int next(int directory, int after, int to) {
    int node = files.inodes().node(directory);
    if (VirtualFiles.isNetwork(node) || node == SOCKETS) {
      return -1;
    }
    nameType = FileType.CHARACTER_DEVICE;
    int subject = files.inodes().subject(directory);
    switch (files.inodes().node(directory)) {
      case ROOT:
        return nextInRoot(after, to);
      case PROCESS:
        if (after + 1 >= OF_PROCESS.length) {
          return -1;
        }
        String name = OF_PROCESS[after + 1];
        nameType = name.equals("fd") || name.equals("net") ? FileType.DIRECTORY
            : name.equals("ctl") || name.equals("wait") || name.startsWith("std") ? FileType.CHARACTER_DEVICE
            : FileType.REGULAR;
        return name(after + 1, name, to);
      default:
        return nextDescriptor(subject, after, to);
    }
  }

  private int nextInRoot(int after, int to) {
    if (after + 1 < MACHINE.length) {
      nameType = after + 1 == 0 ? FileType.DIRECTORY : FileType.REGULAR;
      return name(after + 1, MACHINE[after + 1], to);
    }
    nameType = FileType.DIRECTORY;
    processes.lock();
    int process = processes.findFrom(after - PIDS + 1);
    while (process != 0 && !isVisible(process)) {
      process = processes.findFrom(processes.pid(process) + 1);
    }
    int pid = process == 0 ? 0 : processes.pid(process);
    processes.unlock();
    return pid == 0 ? -1 : name(PIDS + pid, String.valueOf(pid), to);
  }

  private int nextDescriptor(int pid, int after, int to) {
    int caller = threads.caller();
    processes.lock();
    int process = pid == 0 ? caller : processes.find(pid);
    int fd = process == 0 || !isVisible(process) ? -1 : descriptors.nextInUse(process, after + 1);
    processes.unlock();
    return fd < 0 ? -1 : name(fd, String.valueOf(fd), to);
  }

  private int name(int number, String name, int to) {
    nameLength = name.length();
    for (int i = 0; i < nameLength; i++) {
      memory.putByte(to + i, name.charAt(i));
    }
    return number;
  }

  @Override
  public int nameLength() {
    return nameLength;
  }

  @Override
  public int nameType() {
    return nameType;
  }

  private int snapshotOf(int list) {
    return list == 0 ? files.createSnapshot(0, 0) : files.createSnapshot(strings.data(list), strings.bytes(list));
  }

  private int snapshot(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int run = pages.allocate(PageAllocator.orderFor(Math.max(1, bytes.length)));
    if (run == 0) {
      return 0;
    }
    for (int i = 0; i < bytes.length; i++) {
      memory.putByte(run + i, bytes[i]);
    }
    int inode = files.createSnapshot(run, bytes.length);
    pages.free(run);
    return inode;
  }

  private String text(int address, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) memory.getByte(address + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A number in digits without leading zeros, up to 9999; -1 for all else. */
  private static int number(String text) {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || i == 4 || c == '0' && i == 0 && text.length() > 1) {
        return -1;
      }
      number = 10 * number + c - '0';
    }
    return text.isEmpty() ? -1 : number;
  }
}
