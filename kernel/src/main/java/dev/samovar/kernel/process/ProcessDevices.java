package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Capabilities;
import dev.samovar.kernel.fs.Devices;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.ProcessFiles;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.fs.Vectors;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Sleeper;
import java.nio.charset.StandardCharsets;

/** What happens when a file that stands for a process is opened, read and written. {@code docs/files.md} has the formats. */
public final class ProcessDevices implements ProcessFiles {
  private static final int LONGEST_COMMAND = 64;

  private final KernelMemory memory;
  private final GuestMemory guest;
  private final FileSystem files;
  private final OpenFiles openFiles;
  private final Processes processes;
  private final Threads threads;
  private final Descriptors descriptors;
  private final ProcTree tree;
  private final Spawns spawns;
  private final Capabilities capabilities;
  private final Sleeper sleeper;
  private final int scratch;

  /** @param scratch 4 KiB of this worker's own */
  ProcessDevices(KernelMemory memory, GuestMemory guest, FileSystem files, OpenFiles openFiles, Processes processes,
      Threads threads, Descriptors descriptors, ProcTree tree, Spawns spawns, Capabilities capabilities, Sleeper sleeper,
      int scratch) {
    this.memory = memory;
    this.guest = guest;
    this.files = files;
    this.openFiles = openFiles;
    this.processes = processes;
    this.threads = threads;
    this.descriptors = descriptors;
    this.tree = tree;
    this.spawns = spawns;
    this.capabilities = capabilities;
    this.sleeper = sleeper;
    this.scratch = scratch;
  }

  /**
   * Opens a device from {@link Devices#OF_PROCESSES} on for the calling process.
   *
   * @param inode the device; the caller keeps its hold
   * @param rights what is asked for
   * @return the open file, or a negative errno
   */
  public int open(int inode, int flags, long rights) {
    int device = files.inodes().device(inode);
    int subject = files.inodes().subject(inode);
    switch (device) {
      case Devices.SPAWN:
        int restricted = processes.capabilities(threads.process());
        if (restricted != 0 && !capabilities.maySpawn(restricted)) {
          return -Errno.ENOTCAPABLE;
        }
        int request = spawns.create();
        return orNoMemory(request == 0 ? 0
            : openFiles.ofProcess(OpenFiles.SPAWN, request, flags, rights & (Rights.READER | Rights.WRITER)));
      case Devices.CONTROL:
        return (rights & Rights.FD_READ) != 0 && subject != processes.pid(threads.process()) ? -Errno.EACCES
            : orNoMemory(openFiles.ofProcess(OpenFiles.CONTROL, subject, flags, rights & (Rights.READER | Rights.WRITER)));
      case Devices.WAIT:
        return (rights & Rights.FD_WRITE) != 0 ? -Errno.EACCES : openWait(subject, flags, rights);
      case Devices.DESCRIPTOR:
        return openDescriptor(subject);
      default:
        return device < Devices.STREAM ? openDescriptor(device - Devices.STANDARD)
            : openStream(subject, device - Devices.STREAM, flags);
    }
  }

  private static int orNoMemory(int file) {
    return file == 0 ? -Errno.ENOMEM : file;
  }

  /** The same open file under another number. */
  private int openDescriptor(int fd) {
    int file = descriptors.get(threads.process(), fd);
    return file == 0 ? -Errno.ENOENT : openFiles.hold(file);
  }

  private int openStream(int pid, int fd, int flags) {
    processes.lock();
    int process = processes.find(pid);
    int pipe = process == 0 ? -Errno.ENOENT
        : process == threads.process() || !tree.isVisible(process) ? -Errno.EPERM : processes.takeEnd(process, fd);
    processes.unlock();
    if (pipe <= 0) {
      return pipe == 0 ? -Errno.ENXIO : pipe;
    }
    int file = fd == 0 ? openFiles.ofPipe(OpenFiles.PIPE_WRITER, pipe, Rights.WRITER)
        : openFiles.ofPipe(OpenFiles.PIPE_READER, pipe, Rights.READER);
    if (file == 0) {
      processes.offerEnd(process, fd, pipe);
      return -Errno.ENOMEM;
    }
    openFiles.setFlags(file, flags);
    return file;
  }

  private int openWait(int pid, int flags, long rights) {
    processes.lock();
    int process = processes.find(pid);
    int error = process == 0 ? Errno.ENOENT
        : process == threads.process() || !tree.isVisible(process) ? Errno.EPERM : Errno.SUCCESS;
    if (error == Errno.SUCCESS) {
      processes.hold(process);
    }
    processes.unlock();
    return error != Errno.SUCCESS ? -error
        : orNoMemory(openFiles.ofProcess(OpenFiles.WAIT, process, flags, rights & Rights.READER));
  }

  @Override
  public int read(int kind, int target, long offset, int vectors, int count, int total, boolean nonBlocking) {
    switch (kind) {
      case OpenFiles.SPAWN:
        return spawns.read(target, (int) offset, vectors, count, nonBlocking);
      case OpenFiles.WAIT:
        return readWait(target, (int) offset, vectors, count, nonBlocking);
      case OpenFiles.CONTROL:
        return readArrived(vectors, count);
      default:
        return -Errno.EBADF;
    }
  }

  /** Takes the signals that have arrived: their numbers, in ascending order, a space behind each. */
  private int readArrived(int vectors, int count) {
    int signals = processes.takeArrived(threads.process());
    StringBuilder numbers = new StringBuilder();
    for (int signal = 1; signals >>> signal != 0 && signal < 32; signal++) {
      if ((signals >>> signal & 1) != 0) {
        numbers.append(signal).append(' ');
      }
    }
    return copyOut(numbers.toString(), 0, vectors, count);
  }

  private int readWait(int process, int offset, int vectors, int count, boolean nonBlocking) {
    if (!hasEnded(process)) {
      if (nonBlocking || !sleeper.canSleep()) {
        return -Errno.EAGAIN;
      }
      int queue = processes.waitQueue(process);
      int seen = sleeper.enter(queue);
      boolean alive = true;
      while (alive && !hasEnded(process)) {
        alive = sleeper.sleep(queue, seen, -1) != Sleeper.INTERRUPTED;
        seen = memory.getIntVolatile(queue);
      }
      sleeper.leave(queue);
      if (!alive) {
        return -Errno.EINTR;
      }
    }
    int signal = processes.endingSignal(process);
    String text = processes.status(process) + (signal == 0 ? "" : " " + signal) + "\n";
    if (processes.parent(process) == processes.pid(threads.process())) {
      processes.collect(process);
    }
    return copyOut(text, offset, vectors, count);
  }

  private int copyOut(String text, int offset, int vectors, int count) {
    for (int i = 0; i < text.length(); i++) {
      memory.putByte(scratch + i, text.charAt(i));
    }
    return copyOut(memory, guest, scratch + offset, text.length() - offset, vectors, count);
  }

  /** Whether the process of a {@link OpenFiles#WAIT} file has ended. */
  public boolean hasEnded(int process) {
    return processes.state(process) == Processes.ZOMBIE;
  }

  /** The queue that is woken when it has. */
  public int waitQueue(int process) {
    return processes.waitQueue(process);
  }

  /** Copies bytes of the kernel's to the guest, as many as there are and fit. Answers how many, 0 if there are none. */
  static int copyOut(KernelMemory memory, GuestMemory guest, int from, int length, int vectors, int count) {
    int done = 0;
    for (int i = 0; i < count && done < length; i++) {
      int n = Math.min(Vectors.length(memory, vectors, i), length - done);
      if (!guest.copyOut(Vectors.address(memory, vectors, i), from + done, n)) {
        return -Errno.EFAULT;
      }
      done += n;
    }
    return done;
  }

  @Override
  public int write(int kind, int target, int vectors, int count, int total) {
    switch (kind) {
      case OpenFiles.SPAWN:
        return spawns.write(target, vectors, count, total);
      case OpenFiles.CONTROL:
        int error = total > LONGEST_COMMAND ? Errno.EINVAL : control(target, copyIn(vectors, count));
        return error == Errno.SUCCESS ? total : -error;
      default:
        return -Errno.EBADF;
    }
  }

  private String copyIn(int vectors, int count) {
    int length = 0;
    for (int i = 0; i < count; i++) {
      int n = Vectors.length(memory, vectors, i);
      guest.copyIn(scratch + length, Vectors.address(memory, vectors, i), n);
      length += n;
    }
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) memory.getByte(scratch + i);
    }
    return new String(bytes, StandardCharsets.UTF_8).trim();
  }

  /** Does what one write says: a signal's name, {@code group NAME}, {@code catch NAME}, {@code ignore NAME} or {@code default NAME}. */
  private int control(int pid, String command) {
    int space = command.indexOf(' ');
    String verb = space < 0 ? "" : command.substring(0, space);
    String name = command.substring(space + 1);
    int signal = Signals.ofName(name);
    if (signal == 0 && !name.equals("0")) {
      return Errno.EINVAL;
    }
    switch (verb) {
      case "":
        return send(pid, signal);
      case "group":
        return sendToGroup(pid, signal);
      case "catch":
      case "ignore":
      case "default":
        int self = threads.process();
        return pid != processes.pid(self) ? Errno.EPERM
            : verb.equals("catch") ? processes.setCaught(self, signal)
            : processes.setIgnored(self, signal, verb.equals("ignore"));
      default:
        return Errno.EINVAL;
    }
  }

  /** Signal 0 asks only whether one could be sent. */
  private int send(int pid, int signal) {
    int self = threads.process();
    if (pid == processes.pid(self)) {
      return signal == 0 ? Errno.SUCCESS : threads.raise(signal);
    }
    processes.lock();
    int process = processes.find(pid);
    int error = process == 0 ? Errno.ESRCH : tree.isVisible(process) ? Errno.SUCCESS : Errno.EPERM;
    if (error == Errno.SUCCESS && signal != 0) {
      processes.post(process, signal);
    }
    processes.unlock();
    return error;
  }

  /** To all of a process's group that the caller may signal; to itself last. */
  private int sendToGroup(int pid, int signal) {
    int self = threads.process();
    int error = Errno.ESRCH;
    boolean concerned = false;
    processes.lock();
    int named = processes.find(pid);
    int group = named == 0 ? 0 : processes.group(named);
    for (int process = processes.findFrom(2); group != 0 && process != 0;
        process = processes.findFrom(processes.pid(process) + 1)) {
      if (processes.group(process) == group && tree.isVisible(process)) {
        error = Errno.SUCCESS;
        if (process == self) {
          concerned = true;
        } else if (signal != 0) {
          processes.post(process, signal);
        }
      }
    }
    processes.unlock();
    return concerned && signal != 0 ? threads.raise(signal) : error;
  }

  @Override
  public void checkHeld(int kind, int target, Ledger ledger) {
    if (kind == OpenFiles.SPAWN) {
      spawns.checkHeld(target, ledger);
    } else if (kind == OpenFiles.WAIT) {
      processes.checkHeld(target, ledger);
    }
  }

  @Override
  public void release(int kind, int target) {
    if (kind == OpenFiles.SPAWN) {
      spawns.release(target);
    } else if (kind == OpenFiles.WAIT) {
      processes.release(target);
    }
  }
}
