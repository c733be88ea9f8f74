package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Capabilities;
import dev.samovar.kernel.fs.Devices;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.net.Listeners;
import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prepares a child of the calling process, out of what that has: its descriptors, its directories by the names that it
 * knows them by, its environment. Runs in the caller's own system call, so that nothing of the caller's changes meanwhile.
 */
final class Child {
  /** Rings of pipes to a child have 2<sup>4</sup> pages, 64 KiB. */
  private static final int PIPE_ORDER = 4;

  private final KernelMemory memory;
  private final PageAllocator pages;
  private final FileSystem files;
  private final Pipes pipes;
  private final OpenFiles openFiles;
  private final Descriptors descriptors;
  private final Processes processes;
  private final Threads threads;
  private final Strings strings;
  private final Confinement confinement;
  private final Capabilities capabilities;
  private final Network network;
  private final int path;

  private int error;
  private String problem;
  private int program;
  private int names;

  /** @param path room for a path, this worker's own */
  Child(KernelMemory memory, PageAllocator pages, FileSystem files, Pipes pipes, OpenFiles openFiles,
      Descriptors descriptors, Processes processes, Threads threads, Strings strings,
      Confinement confinement, Capabilities capabilities, Network network, int path) {
    this.memory = memory;
    this.pages = pages;
    this.files = files;
    this.pipes = pipes;
    this.openFiles = openFiles;
    this.descriptors = descriptors;
    this.processes = processes;
    this.threads = threads;
    this.strings = strings;
    this.confinement = confinement;
    this.capabilities = capabilities;
    this.network = network;
    this.path = path;
  }

  /** The errno of what went wrong, 0 if nothing did. */
  int error() {
    return error;
  }

  /** What went wrong, in a sentence. */
  String problem() {
    return problem;
  }

  /** The inode of the program, held; 0 if there is no such file. */
  int programInode() {
    return program;
  }

  void checkProgram(int inode, Ledger ledger) {
    if (inode != 0) {
      files.inodes().checkHeld(inode, ledger);
    }
  }

  /** Says by which request a child came to be, as long as that is not answered. */
  void bind(int child, int request) {
    processes.setRequest(child, request);
  }

  void releaseProgram(int inode) {
    if (inode != 0) {
      files.inodes().release(inode);
    }
  }

  /** {@link Strings}: the program as it was asked for, its path, and what went wrong; 0 if there was no memory. */
  int names() {
    return names;
  }

  /**
   * Prepares what a request describes.
   *
   * @return the process, which has to be submitted or discarded; with an {@link #error} it can only be discarded. 0 if it
   *     did not come to one
   */
  int prepare(String request) {
    error = Errno.SUCCESS;
    problem = "";
    program = 0;
    names = 0;
    try {
      return prepare(new SpawnRequest(Json.parseObject(request)));
    } catch (JsonException | IllegalArgumentException e) {
      return fail(Errno.EINVAL, String.valueOf(e.getMessage()));
    }
  }

  private int fail(int errno, String why) {
    error = errno;
    problem = why;
    return 0;
  }

  private int prepare(SpawnRequest request) {
    int caller = threads.process();
    String cwd = request.cwd == null ? null : PathNames.absolute(request.cwd, workingName(caller));
    int directory;
    if (cwd == null) {
      directory = processes.workingDirectory(caller);
      files.inodes().hold(directory);
    } else {
      directory = find(caller, cwd);
      if (directory < 0) {
        return fail(-directory, "cwd " + request.cwd + ": " + Errno.nameOf(-directory));
      }
      if (files.inodes().type(directory) != FileType.DIRECTORY) {
        files.inodes().release(directory);
        return fail(Errno.ENOTDIR, "cwd " + request.cwd + " is no directory");
      }
    }
    String here = cwd == null ? workingName(caller) : cwd;
    String file = PathNames.absolute(request.program, here);
    int inode = find(caller, file);
    program = Math.max(inode, 0);
    int child = processes.conceive(processes.pid(caller), directory);
    if (child > 0) {
      fill(child, caller, request, cwd, directory);
      if (inode == -Errno.ENOTCAPABLE && request.program.indexOf('/') >= 0) {
        check(Errno.ENOTCAPABLE, "program");
      }
      names = list(List.of(request.program, file, problem));
      check(names == 0 ? Errno.ENOMEM : Errno.SUCCESS, "program");
    } else {
      releaseProgram(program);
      fail(-child, child == -Errno.EAGAIN ? "there are too many processes; wait for one to end"
          : "the kernel has no memory left");
    }
    files.inodes().release(directory);
    return Math.max(child, 0);
  }

  /** On the first thing that goes wrong, {@link #error} is set and the rest left undone. */
  private void fill(int child, int caller, SpawnRequest request, String cwd, int directory) {
    processes.inherit(child, caller);
    if (request.newSession || request.newGroup) {
      processes.setGroup(child, processes.pid(child),
          request.newSession ? processes.pid(child) : processes.session(caller));
    }
    int confined = confinement.confine(child, request.confinement);
    check(confined, confined == Errno.SUCCESS ? "" : confinement.problem());
    List<String> arguments = new ArrayList<>();
    arguments.add(request.argv0 == null ? request.program : request.argv0);
    arguments.addAll(request.args);
    check(setStrings(child, true, arguments), "args");
    check(setEnvironment(child, caller, request.env, request.ports, cwd), "env");
    for (int fd = 0; fd < 3; fd++) {
      check(openStream(child, caller, fd, request.streams[fd]), SpawnRequest.STREAMS[fd]);
    }
    for (int port : request.ports) {
      int refused = network.mayListen(port);
      check(refused != Errno.SUCCESS ? refused : network.giveListener(child, port), "ports: " + port);
    }
    if (cwd != null) {
      check(preopen(child, directory, cwd), "cwd");
      check(preopen(child, directory, "."), "cwd");
    }
    for (int fd = 3; fd < Descriptors.MAX && error == Errno.SUCCESS; fd++) {
      int file = descriptors.getPreopen(caller, fd);
      if (file != 0 && !(cwd != null && isCovered(file, cwd))) {
        check(inheritPreopen(child, caller, file), "preopens");
      }
    }
  }

  private int inheritPreopen(int child, int caller, int file) {
    if (processes.capabilities(child) == processes.capabilities(caller)) {
      int copy = openFiles.copy(file);
      return copy == 0 ? Errno.ENOMEM : -Math.min(0, descriptors.add(child, copy));
    }
    int fd = descriptors.nextFree(child);
    int error = processes.preopen(child, openFiles.target(file), openFiles.preopen(file), openFiles.preopenLength(file));
    if (error == Errno.SUCCESS) {
      int own = descriptors.get(child, fd);
      openFiles.setRights(own, openFiles.rights(own) & openFiles.rights(file),
          openFiles.inheriting(own) & openFiles.inheriting(file));
    }
    return error;
  }

  private void check(int errno, String what) {
    if (errno != Errno.SUCCESS && error == Errno.SUCCESS) {
      fail(errno, what + ": " + Errno.nameOf(errno));
    }
  }

  private boolean isCovered(int file, String cwd) {
    String name = text(openFiles.preopen(file), openFiles.preopenLength(file));
    return name.equals(".") || name.equals(cwd);
  }

  private int preopen(int child, int directory, String name) {
    return processes.preopen(child, directory, path, put(name));
  }

  private int openStream(int child, int caller, int fd, Object how) {
    int file;
    if (how instanceof Integer) {
      file = descriptors.get(caller, (Integer) how);
      if (file == 0) {
        return Errno.EBADF;
      }
      openFiles.hold(file);
    } else if (how.equals("stdout")) {
      file = openFiles.hold(descriptors.get(child, 1));
    } else if (how.equals("pipe")) {
      int pipe = pipes.create(PIPE_ORDER);
      if (pipe == 0) {
        return Errno.ENOMEM;
      }
      file = openFiles.ofPipe(fd == 0 ? OpenFiles.PIPE_READER : OpenFiles.PIPE_WRITER, pipe,
          fd == 0 ? Rights.READER : Rights.WRITER);
      if (file == 0) {
        pipes.closeReader(pipe);
        pipes.closeWriter(pipe);
        return Errno.ENOMEM;
      }
      processes.offerEnd(child, fd, pipe);
    } else {
      int inherited = how.equals("inherit") ? descriptors.get(caller, fd) : 0;
      if (inherited != 0) {
        file = openFiles.hold(inherited);
      } else {
        int device = files.createDevice(Devices.NULL, 0);
        file = device == 0 ? 0 : openFiles.ofInode(device, 0, Rights.FILE, 0);
        if (file == 0) {
          return Errno.ENOMEM;
        }
      }
    }
    return -Math.min(0, descriptors.add(child, file));
  }

  private int setEnvironment(int child, int caller, Map<String, String> given, List<Integer> ports, String cwd) {
    List<String> variables = new ArrayList<>();
    if (given != null) {
      for (Map.Entry<String, String> entry : given.entrySet()) {
        variables.add(entry.getKey() + "=" + entry.getValue());
      }
    } else {
      int list = processes.environment(caller);
      int at = list == 0 ? 0 : strings.data(list);
      int end = list == 0 ? 0 : at + strings.bytes(list);
      while (at < end) {
        int length = 0;
        while (memory.getByte(at + length) != 0) {
          length++;
        }
        variables.add(text(at, length));
        at += length + 1;
      }
    }
    if (!ports.isEmpty()) {
      variables.removeIf(variable -> variable.startsWith("LISTEN_"));
      variables.addAll(Listeners.environment(ports));
    }
    if (cwd != null) {
      // There is no working directory in WASI but this one.
      variables.removeIf(variable -> variable.startsWith("PWD="));
      variables.add("PWD=" + cwd);
    }
    int restricted = processes.capabilities(child);
    if (restricted != 0) {
      variables.removeIf(variable -> !mayKnow(restricted, variable));
    }
    return setStrings(child, false, variables);
  }

  private boolean mayKnow(int restricted, String variable) {
    int length = put(variable.substring(0, Math.max(0, variable.indexOf('='))));
    return length <= PathWalk.PATH_MAX && (capabilities.mayKnow(restricted, path, length) || variable.startsWith("LISTEN_FD"));
  }

  private int setStrings(int child, boolean arguments, List<String> list) {
    byte[] bytes = bytes(list);
    if (bytes.length > Strings.MAX_BYTES) {
      return Errno.E2BIG;
    }
    int data = pages.allocate(PageAllocator.orderFor(Math.max(1, bytes.length)));
    if (data == 0) {
      return Errno.ENOMEM;
    }
    put(bytes, data);
    int result = arguments ? processes.setArguments(child, list.size(), data, bytes.length)
        : processes.setEnvironment(child, list.size(), data, bytes.length);
    pages.free(data);
    return result;
  }

  /** New {@link Strings}, 0 if there is no memory. */
  private int list(List<String> list) {
    byte[] bytes = bytes(list);
    int data = bytes.length > Strings.MAX_BYTES ? 0 : pages.allocate(PageAllocator.orderFor(bytes.length));
    if (data == 0) {
      return 0;
    }
    put(bytes, data);
    int made = strings.create(list.size(), data, bytes.length);
    pages.free(data);
    return made;
  }

  private static byte[] bytes(List<String> list) {
    StringBuilder all = new StringBuilder();
    for (String text : list) {
      all.append(text).append('\0');
    }
    return all.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void put(byte[] bytes, int to) {
    for (int i = 0; i < bytes.length; i++) {
      memory.putByte(to + i, bytes[i]);
    }
  }

  /** Puts a path where {@link #path} is. Answers its bytes, or more than a path may have if it is too long. */
  private int put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= PathWalk.PATH_MAX) {
      put(bytes, path);
    }
    return bytes.length;
  }

  /** The name by which a process knows its working directory: that of its first preopen, or the root. */
  private String workingName(int process) {
    int fd = 3;
    int file = descriptors.getPreopen(process, fd);
    while (file == 0 && fd < Descriptors.MAX) {
      file = descriptors.getPreopen(process, ++fd);
    }
    String name = file == 0 ? "/" : text(openFiles.preopen(file), openFiles.preopenLength(file));
    return name.startsWith("/") ? name : "/";
  }

  /** The inode, held, that a path leads to in the eyes of a process, or a negative errno: as libc would find it. */
  private int find(int process, String absolute) {
    int best = 0;
    int bestLength = -1;
    for (int fd = 3; fd < Descriptors.MAX; fd++) {
      int file = descriptors.getPreopen(process, fd);
      if (file != 0) {
        String name = text(openFiles.preopen(file), openFiles.preopenLength(file));
        String prefix = name.equals("/") ? "" : name;
        if (name.startsWith("/") && prefix.length() > bestLength
            && (absolute.equals(prefix) || absolute.startsWith(prefix + "/"))) {
          best = file;
          bestLength = prefix.length();
        }
      }
    }
    if (best == 0) {
      return -Errno.ENOENT;
    }
    String below = absolute.substring(bestLength);
    below = below.isEmpty() || below.equals("/") ? "." : below.substring(1);
    int restricted = processes.capabilities(process);
    return files.lookup(openFiles.target(best), path, put(below), PathWalk.CONFINED | PathWalk.FOLLOW
        | (restricted == 0 ? 0 : PathWalk.NEED_READ | PathWalk.restricted(restricted, openFiles.granted(best))));
  }

  private String text(int address, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) memory.getByte(address + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
