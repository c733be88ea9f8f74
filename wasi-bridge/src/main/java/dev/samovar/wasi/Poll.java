package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.net.Sockets;
import dev.samovar.kernel.tty.Terminals;

/**
 * {@code poll_oneoff}: waits until one of several things happens, asleep on the thread's own queue while every pipe
 * polled wakes that, too.
 */
public final class Poll {
  private static final int SUBSCRIPTION = 48;
  /** Where {@link #prepare} puts the open file of a subscription to one: unused bytes of its copy. */
  private static final int FILE = 20;
  /** Likewise the queue at which it waits: with which it began, whatever becomes of the file. */
  private static final int QUEUE = 24;
  private static final int EVENT = 32;
  /** Subscriptions in a call: what fits into the arena's room for paths and vectors. */
  private static final int MAX = (Arena.RECORDS - Arena.PATH) / SUBSCRIPTION;

  private static final int CLOCK = 0;
  private static final int FD_READ = 1;
  private static final int FD_WRITE = 2;
  private static final int ABSOLUTE = 1;
  private static final int HANGUP = 1;

  private final KernelMemory memory;
  private final GuestMemory guest;
  private final Kernel kernel;
  private final Call call;
  private final OpenFiles files;
  private final Pipes pipes;
  private final Sockets sockets;
  private final Terminals terminals;
  private final Sleeper sleeper;
  private final int subscriptions;
  private final int event;

  /** ns, monotonic: when the first clock is due; -1 if there is none. */
  private long deadline;
  /** Whether a socket is being connected: then it is awaited at another queue than afterwards. */
  private boolean moves;

  Poll(Kernel kernel, Call call) {
    this.kernel = kernel;
    this.call = call;
    memory = kernel.memory;
    guest = kernel.guest;
    files = kernel.openFiles;
    pipes = kernel.pipes;
    sockets = kernel.sockets;
    terminals = kernel.terminals;
    sleeper = kernel.sleeper;
    subscriptions = kernel.arena + Arena.PATH;
    event = kernel.arena + Arena.RECORDS;
  }

  /** Writes an event for each subscription that is due, at least one, and their number. */
  public int oneoff(int in, int out, int count, int result) {
    if (count == 0) {
      return Errno.EINVAL;
    }
    if (!fits(in, count, SUBSCRIPTION) || !fits(out, count, EVENT) || !guest.contains(result, 4)) {
      return Errno.EFAULT;
    }
    if (count < 0 || count > MAX) {
      return Errno.EINVAL;
    }
    if (!guest.copyIn(subscriptions, in, count * SUBSCRIPTION)) {
      return Errno.EFAULT;
    }
    int error = prepare(count);
    if (error != Errno.SUCCESS) {
      return error;
    }
    int events = collect(count, out);
    if (events == 0) {
      events = sleep(count, out);
    }
    if (events == 0) {
      return Errno.EINTR;
    }
    return guest.putInt(result, events) ? Errno.SUCCESS : Errno.EFAULT;
  }

  private boolean fits(int pointer, int count, int size) {
    long bytes = (count & 0xffff_ffffL) * size;
    return bytes <= 0xffff_ffffL && guest.contains(pointer, (int) bytes);
  }

  /** Checks tags, looks descriptors up, and turns each clock's time-out into a monotonic deadline, in its place. */
  private int prepare(int count) {
    deadline = -1;
    for (int i = 0; i < count; i++) {
      int at = subscriptions + i * SUBSCRIPTION;
      int tag = memory.getByte(at + 8);
      if (tag > FD_WRITE) {
        return Errno.EINVAL;
      }
      if (tag != CLOCK) {
        // Once: the number may mean another file by the time that the sleep ends.
        memory.putInt(at + FILE, call.file(memory.getInt(at + 16)));
      } else {
        int id = memory.getInt(at + 16);
        long now = kernel.host.monotonicNanos();
        long timeout = memory.getLong(at + 24);
        // Unsigned: what does not fit is as good as never.
        long due = timeout < 0 ? Long.MAX_VALUE : timeout;
        if ((memory.getShort(at + 40) & ABSOLUTE) == 0) {
          due = due > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + due;
        } else if (id == Clock.REALTIME) {
          due = Math.max(0, due - kernel.host.realtimeNanos());
          due = due > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + due;
        }
        memory.putLong(at + 24, due);
        if (id == Clock.REALTIME || id == Clock.MONOTONIC) {
          deadline = deadline < 0 ? due : Math.min(deadline, due);
        }
      }
    }
    return Errno.SUCCESS;
  }

  private int sleep(int count, int out) {
    moves = false;
    for (int i = 0; i < count; i++) {
      int at = subscriptions + i * SUBSCRIPTION;
      int queue = queueOf(at);
      if (queue != 0) {
        sleeper.beginPoll(queue);
      }
      if (memory.getByte(at + 8) != CLOCK) {
        memory.putInt(at + QUEUE, queue);
      }
    }
    int own = sleeper.pollQueue();
    int seen = sleeper.enter(own);
    int events = collect(count, out);
    while (events == 0) {
      if (!moves || !followMoves(count)) {
        if (sleeper.sleep(own, seen, deadline) == Sleeper.INTERRUPTED) {
          break;
        }
        seen = memory.getIntVolatile(own);
      }
      events = collect(count, out);
    }
    sleeper.leave(own);
    for (int i = 0; i < count; i++) {
      leave(subscriptions + i * SUBSCRIPTION);
    }
    return events;
  }

  private void leave(int subscription) {
    int queue = memory.getByte(subscription + 8) == CLOCK ? 0 : memory.getInt(subscription + QUEUE);
    if (queue != 0) {
      sleeper.endPoll(queue);
    }
  }

  /** Goes on waiting where sockets that have been connected meanwhile tell what happens to them. Answers whether there are any. */
  private boolean followMoves(int count) {
    boolean followed = false;
    for (int i = 0; i < count; i++) {
      int at = subscriptions + i * SUBSCRIPTION;
      int queue = queueOf(at);
      if (queue != 0 && queue != memory.getInt(at + QUEUE)) {
        leave(at);
        sleeper.beginPoll(queue);
        memory.putInt(at + QUEUE, queue);
        followed = true;
      }
    }
    return followed;
  }

  /** The queue behind a subscription to a pipe, socket or terminal, 0 for everything else. */
  private int queueOf(int subscription) {
    int tag = memory.getByte(subscription + 8);
    int file = tag == CLOCK ? 0 : memory.getInt(subscription + FILE);
    if (file == 0) {
      return 0;
    }
    if (files.kind(file) == OpenFiles.SOCKET) {
      return socketQueue(files.target(file), tag);
    }
    if (tag == FD_READ && files.kind(file) == OpenFiles.PIPE_READER) {
      return pipes.readQueue(files.target(file));
    }
    if (tag == FD_WRITE && files.kind(file) == OpenFiles.PIPE_WRITER) {
      return pipes.writeQueue(files.target(file));
    }
    if (files.kind(file) == OpenFiles.TERMINAL) {
      int terminal = files.target(file);
      return tag == FD_READ ? terminals.readQueue(terminal) : pipes.writeQueue(terminals.output(terminal));
    }
    if (tag == FD_READ && files.kind(file) == OpenFiles.WAIT) {
      return kernel.process.devices.waitQueue(files.target(file));
    }
    return 0;
  }

  private int socketQueue(int socket, int tag) {
    int state = sockets.state(socket);
    if (state == Sockets.LISTENING || state == Sockets.CONNECTING) {
      moves |= state == Sockets.CONNECTING;
      return state == Sockets.CONNECTING ? sockets.connectingQueue(socket) : tag == FD_READ ? sockets.eventQueue(socket) : 0;
    }
    int pipe = tag == FD_READ ? sockets.receivePipe(socket) : sockets.sendPipe(socket);
    return pipe == 0 ? 0 : tag == FD_READ ? pipes.readQueue(pipe) : pipes.writeQueue(pipe);
  }

  /** Writes the events that are due now. Answers their number. */
  private int collect(int count, int out) {
    int events = 0;
    for (int i = 0; i < count; i++) {
      int at = subscriptions + i * SUBSCRIPTION;
      if (isDue(at, memory.getByte(at + 8))) {
        memory.putLong(event, memory.getLong(at));
        guest.copyOut(out + events * EVENT, event, EVENT);
        events++;
      }
    }
    return events;
  }

  /** Whether a subscription is due; fills in the event, all but the user's data. */
  private boolean isDue(int at, int tag) {
    memory.fill(event, 0, EVENT);
    memory.putByte(event + 10, tag);
    if (tag == CLOCK) {
      int id = memory.getInt(at + 16);
      if (id != Clock.REALTIME && id != Clock.MONOTONIC) {
        return isError(id > Clock.MONOTONIC + 2 || id < 0 ? Errno.EINVAL : Errno.ENOTSUP);
      }
      return kernel.host.monotonicNanos() >= memory.getLong(at + 24);
    }
    int file = memory.getInt(at + FILE);
    int error = call.check(file, Rights.POLL_FD_READWRITE);
    if (error != Errno.SUCCESS) {
      return isError(error);
    }
    int target = files.target(file);
    switch (files.kind(file)) {
      case OpenFiles.PIPE_READER:
        return tag == FD_READ ? isReadable(target) : isError(Errno.EBADF);
      case OpenFiles.PIPE_WRITER:
        return tag == FD_WRITE ? isWritable(target) : isError(Errno.EBADF);
      case OpenFiles.SOCKET:
        return isSocketDue(target, tag);
      case OpenFiles.TERMINAL:
        return tag == FD_READ ? isTyped(target) : isWritable(terminals.output(target));
      case OpenFiles.WAIT:
        return kernel.process.devices.hasEnded(target);
      default:
        if (tag == FD_READ && files.type(file) == FileType.REGULAR) {
          memory.putLong(event + 16, Math.max(0, kernel.files.inodes().size(target) - files.offset(file)));
        }
        return true;
    }
  }

  /** A socket that is not connected is due, as on Linux: the call that follows says what is wrong. */
  private boolean isSocketDue(int socket, int tag) {
    if (sockets.state(socket) == Sockets.LISTENING) {
      return tag == FD_READ && sockets.canAccept(socket);
    }
    if (sockets.isConnecting(socket)) {
      return false;
    }
    int pipe = tag == FD_READ ? sockets.receivePipe(socket) : sockets.sendPipe(socket);
    if (pipe == 0) {
      memory.putShort(event + 24, HANGUP);
      return true;
    }
    return tag == FD_READ ? isReadable(pipe) : isWritable(pipe);
  }

  private boolean isReadable(int pipe) {
    boolean writers = pipes.hasWriters(pipe);
    int bytes = pipes.available(pipe);
    memory.putLong(event + 16, bytes);
    memory.putShort(event + 24, writers ? 0 : HANGUP);
    return bytes > 0 || !writers;
  }

  private boolean isTyped(int terminal) {
    memory.putLong(event + 16, terminals.available(terminal));
    memory.putShort(event + 24, terminals.hasEnded(terminal) ? HANGUP : 0);
    return terminals.isReadable(terminal);
  }

  private boolean isWritable(int pipe) {
    boolean readers = pipes.hasReaders(pipe);
    int room = pipes.room(pipe);
    memory.putLong(event + 16, room);
    memory.putShort(event + 24, readers ? 0 : HANGUP);
    return room >= Pipes.ATOMIC || !readers;
  }

  private boolean isError(int error) {
    memory.putShort(event + 8, error);
    return true;
  }
}
