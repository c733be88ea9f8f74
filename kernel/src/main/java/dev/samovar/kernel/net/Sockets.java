package dev.samovar.kernel.net;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.fs.SocketFiles;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Reached;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.memory.WaitQueue;
import dev.samovar.kernel.memory.Watches;

/**
 * Stream sockets of the loopback.
 *
 * <pre>
 *    0 state   4 local port   8 peer's port   12 pipe that is read   16 pipe that is written
 *   20 next: among the taken ports, or in a listener's queue
 *   24 backlog, or the port that is waited for   28 waiting connections   32 first of them   36 last   40 pid of the owner   44 reuse address
 *   48 queue of those that sleep in accept, or until a connection to another host is made
 *   72 the accepter's watch or 0   76 record of that watch   92 pid of the peer's owner
 *   96 ways that are shut   100 why it could not be connected, an errno   104 the {@link Outside} to another host or 0
 * </pre>
 *
 * A connected socket keeps both its pipes until it is closed. To shut a way only ends its use: another thread may be in the
 * middle of it.
 *
 * Where nothing else is said, a method answers 0 or an errno.
 */
public final class Sockets implements SocketFiles {
  /** Made, and nothing more. */
  public static final int NEW = 1;
  /** Has a port. */
  public static final int BOUND = 2;
  public static final int LISTENING = 3;
  public static final int CONNECTED = 4;
  /** Waits for the kernel worker to make a connection to another host, or for room in a listener's queue ({@link #isQueued}). */
  public static final int CONNECTING = 5;

  /** {@link #shutdown}: no more is received; no more is sent (sdflags of preview 1). */
  public static final int SHUT_READ = 1;
  public static final int SHUT_WRITE = 2;

  /** Connections that may wait at a listener that asks for fewer or more: SOMAXCONN of Linux. */
  public static final int MAX_BACKLOG = 4096;
  /** Connections from outside of the OS that may wait at any listener. */
  private static final int OUTSIDE_BACKLOG = 128;
  /** Ports given out by themselves, as IANA has them. */
  private static final int FIRST_EPHEMERAL = 49_152;
  private static final int LAST_PORT = 65_535;

  /** A direction has a ring of 2<sup>3</sup> pages, 32 KiB. */
  private static final int RING_ORDER = 3;
  /** Bytes that it holds. */
  public static final int BUFFER = PageAllocator.PAGE << RING_ORDER;

  private static final int STATE = 0;
  private static final int LOCAL_PORT = 4;
  private static final int PEER_PORT = 8;
  private static final int RECEIVE = 12;
  private static final int SEND = 16;
  private static final int NEXT = 20;
  private static final int BACKLOG = 24;
  private static final int WANTED_PORT = BACKLOG;
  private static final int WAITING = 28;
  private static final int FIRST = 32;
  private static final int LAST = 36;
  private static final int OWNER = 40;
  private static final int REUSE = 44;
  private static final int EVENT_QUEUE = 48;
  private static final int ACCEPT_WATCH = EVENT_QUEUE + WaitQueue.SIZE;
  private static final int ACCEPT_WATCH_RECORD = ACCEPT_WATCH + 4;
  private static final int PEER_OWNER = ACCEPT_WATCH_RECORD + Watches.SIZE;
  private static final int SHUT = PEER_OWNER + 4;
  private static final int ERROR = SHUT + 4;
  private static final int OUTSIDE = ERROR + 4;
  private static final int RECORD = OUTSIDE + 4;

  /** {@link Watches#kind} of the watch that says: a port was opened or closed. */
  public static final int WATCH_PORTS = 32;

  private static final String SOCKET = "socket";

  private final KernelMemory memory;
  private final Mutex mutex;
  private final SlabAllocator slabs;
  private final Pipes pipes;
  private final Watches watches;
  private final Sleeper sleeper;
  private final Outside outside;

  public Sockets(KernelMemory memory, Mutex mutex, SlabAllocator slabs, Pipes pipes, Watches watches, Sleeper sleeper) {
    this.memory = memory;
    this.mutex = mutex;
    this.slabs = slabs;
    this.pipes = pipes;
    this.watches = watches;
    this.sleeper = sleeper;
    outside = new Outside(memory, slabs, watches);
  }

  /** Connections to other hosts, which the kernel worker makes. */
  public Outside outside() {
    return outside;
  }

  /** Nobody listens in a new memory. */
  public void format() {
    memory.fill(Superblock.NET_LOCK, 0, 64);
    memory.putInt(Superblock.NEXT_EPHEMERAL, FIRST_EPHEMERAL);
    watches.init(Superblock.PORTS_WATCH, WATCH_PORTS, 0);
  }

  /**
   * A socket in state {@link #NEW}.
   *
   * @param owner the pid that is named as the one who listens
   * @return its address, 0 if there is no memory
   */
  public int create(int owner) {
    int socket = slabs.allocateZeroed(RECORD);
    if (socket != 0) {
      memory.putInt(socket + STATE, NEW);
      memory.putInt(socket + OWNER, owner);
    }
    return socket;
  }

  /** A holder was found: an open file, the queue of a listener, the kernel worker. */
  @Override
  public void checkHeld(int socket, Ledger ledger) {
    // No counter counts them, since there is just one.
    ledger.refer(socket);
    ledger.reached(SOCKET).add(socket);
  }

  /** Checks all sockets that were reached, and the ports; their pipes are reached through them. */
  public void check(Ledger ledger) {
    ledger.mutex(Superblock.NET_LOCK, "lock", "network");
    ledger.queue(Superblock.CONNECT_QUEUE);
    ledger.watch(Superblock.PORTS_WATCH);
    outside.check(ledger);
    Reached reached = ledger.reached(SOCKET);
    int bound = 0;
    for (int socket = reached.next(); socket != 0; socket = reached.next()) {
      if (ledger.record(socket, RECORD, SOCKET)) {
        check(socket, ledger);
        bound += state(socket) == BOUND || state(socket) == LISTENING ? 1 : 0;
      }
    }
    int taken = 0;
    int socket = memory.getInt(Superblock.PORTS);
    while (socket != 0 && taken < bound && ledger.isRecord(socket, RECORD) && ledger.references(socket) > 0
        && (state(socket) == BOUND || state(socket) == LISTENING)) {
      taken++;
      socket = memory.getInt(socket + NEXT);
    }
    if (socket != 0 || taken != bound) {
      ledger.report("ports", "network", socket != 0
          ? "names a " + Ledger.at(SOCKET, socket) + " among those with a port, which is none."
          : "has " + taken + " sockets among those with a port, but there are " + bound + ".");
    }
  }

  private void check(int socket, Ledger ledger) {
    String where = Ledger.at(SOCKET, socket);
    if (ledger.references(socket) != 1) {
      ledger.report("shared", where, "has " + ledger.references(socket) + " holders.");
    }
    ledger.queue(socket + EVENT_QUEUE);
    int watch = memory.getInt(socket + ACCEPT_WATCH);
    if (watch == socket + ACCEPT_WATCH_RECORD) {
      ledger.watch(watch);
    } else if (watch != 0) {
      ledger.report("watch", where, "names a watch that is not its own.");
    }
    int state = state(socket);
    if (state < NEW || state > CONNECTING) {
      ledger.report("socket", where, "has state " + state + ", which there is not.");
    } else if (state != NEW && state != CONNECTING && (localPort(socket) < 1 || localPort(socket) > LAST_PORT)) {
      ledger.report("socket", where, "has the port " + localPort(socket) + ".");
    }
    if (state == CONNECTED) {
      pipes.checkKeeper(memory.getInt(socket + RECEIVE), ledger);
      pipes.checkKeeper(memory.getInt(socket + SEND), ledger);
    }
    if (receivePipe(socket) != 0) {
      pipes.checkReader(receivePipe(socket), ledger);
    }
    if (sendPipe(socket) != 0) {
      pipes.checkWriter(sendPipe(socket), ledger);
    }
    if (memory.getInt(socket + OUTSIDE) != 0 && state == CONNECTED) {
      outside.checkRecord(memory.getInt(socket + OUTSIDE), ledger);
    }
    int waiting = 0;
    int last = 0;
    for (int at = memory.getInt(socket + FIRST); at != 0 && waiting < MAX_BACKLOG && ledger.isRecord(at, RECORD);
        at = memory.getInt(at + NEXT)) {
      checkHeld(at, ledger);
      waiting++;
      last = at;
    }
    if (waiting != memory.getInt(socket + WAITING) || last != memory.getInt(socket + LAST)) {
      ledger.report("backlog", where, "counts " + memory.getInt(socket + WAITING) + " waiting connections, but has "
          + waiting + ".");
    }
  }

  /** {@link #NEW}, {@link #BOUND}, {@link #LISTENING}, {@link #CONNECTED} or {@link #CONNECTING}. */
  public int state(int socket) {
    return memory.getIntVolatile(socket + STATE);
  }

  /** 0 until it is bound. */
  public int localPort(int socket) {
    return memory.getInt(socket + LOCAL_PORT);
  }

  /** 0 until it is connected. */
  public int peerPort(int socket) {
    return memory.getInt(socket + PEER_PORT);
  }

  /** The pid that opened it. */
  public int owner(int socket) {
    return memory.getInt(socket + OWNER);
  }

  /** Of a connection that was accepted: the pid that opened the other end. */
  public int peerOwner(int socket) {
    return memory.getInt(socket + PEER_OWNER);
  }

  public boolean reusesAddress(int socket) {
    return memory.getInt(socket + REUSE) != 0;
  }

  /** SO_REUSEADDR. A port is free again once its listener is gone, with or without it: kept, and answered. */
  public void setReuseAddress(int socket, boolean reuse) {
    memory.putInt(socket + REUSE, reuse ? 1 : 0);
  }

  /**
   * Takes a port: EADDRINUSE if it is taken, EINVAL if the socket has one already.
   *
   * @param port 1–65535, or 0 for a free one
   */
  public int bind(int socket, int port) {
    if (port < 0 || port > LAST_PORT) {
      return Errno.EINVAL;
    }
    mutex.lock(Superblock.NET_LOCK);
    int error = state(socket) != NEW ? Errno.EINVAL : takePort(socket, port);
    mutex.unlock(Superblock.NET_LOCK);
    return error;
  }

  /** {@link #bind} by who has the network lock. */
  private int takePort(int socket, int port) {
    int chosen = port == 0 ? freePort() : isTaken(port) ? 0 : port;
    if (chosen == 0) {
      return Errno.EADDRINUSE;
    }
    memory.putInt(socket + LOCAL_PORT, chosen);
    memory.putInt(socket + NEXT, memory.getInt(Superblock.PORTS));
    memory.putInt(Superblock.PORTS, socket);
    memory.putIntVolatile(socket + STATE, BOUND);
    return Errno.SUCCESS;
  }

  /** A port that nobody has taken, 0 if there is none. The caller has the network lock. */
  private int freePort() {
    int port = memory.getInt(Superblock.NEXT_EPHEMERAL);
    for (int tries = FIRST_EPHEMERAL; tries <= LAST_PORT; tries++) {
      int candidate = port;
      port = port == LAST_PORT ? FIRST_EPHEMERAL : port + 1;
      if (!isTaken(candidate)) {
        memory.putInt(Superblock.NEXT_EPHEMERAL, port);
        return candidate;
      }
    }
    return 0;
  }

  private boolean isTaken(int port) {
    return find(port) != 0;
  }

  private int find(int port) {
    int socket = memory.getInt(Superblock.PORTS);
    while (socket != 0 && memory.getInt(socket + LOCAL_PORT) != port) {
      socket = memory.getInt(socket + NEXT);
    }
    return socket;
  }

  /**
   * Lets others connect. A socket without a port gets a free one; one that listens gets another backlog.
   *
   * @param backlog connections that may wait to be accepted; at least 1, at most {@link #MAX_BACKLOG}
   */
  public int listen(int socket, int backlog) {
    mutex.lock(Superblock.NET_LOCK);
    int error = state(socket) == NEW ? takePort(socket, 0) : Errno.SUCCESS;
    int state = state(socket);
    if (error == Errno.SUCCESS && state != BOUND && state != LISTENING) {
      error = Errno.EISCONN;
    }
    if (error == Errno.SUCCESS) {
      memory.putInt(socket + BACKLOG, Math.max(1, Math.min(backlog, MAX_BACKLOG)));
      memory.putIntVolatile(socket + STATE, LISTENING);
    }
    mutex.unlock(Superblock.NET_LOCK);
    if (error == Errno.SUCCESS) {
      watches.raise(Superblock.PORTS_WATCH);
    }
    return error;
  }

  /**
   * Connects to a port of this host: done once it waits in the listener's queue. ECONNREFUSED if nobody listens; while
   * the queue is full, sleeps, or EAGAIN.
   */
  public int connect(int socket, int port, boolean nonBlocking) {
    int error = whyNoConnect(socket);
    return error != Errno.SUCCESS ? error : connectHere(socket, port, nonBlocking, 0);
  }

  /**
   * {@link #connect} without waiting, for who brings connections into the OS and could not tell them to wait. Some wait in the queue
   * of a listener with a smaller backlog all the same, as elsewhere those wait that have not shaken hands yet.
   */
  public int connectFromOutside(int socket, int port) {
    int error = whyNoConnect(socket);
    return error != Errno.SUCCESS ? error : connectHere(socket, port, true, OUTSIDE_BACKLOG);
  }

  private int connectHere(int socket, int port, boolean nonBlocking, int leastBacklog) {
    int here = pipes.create(RING_ORDER);
    int there = here == 0 ? 0 : pipes.create(RING_ORDER);
    int other = there == 0 ? 0 : create(0);
    int error = other == 0 ? Errno.ENOMEM : enqueue(socket, other, port, here, there, leastBacklog);
    while (error == Errno.EAGAIN && !nonBlocking && sleeper.canSleep()) {
      int seen = sleeper.enter(Superblock.CONNECT_QUEUE);
      error = enqueue(socket, other, port, here, there, leastBacklog);
      boolean alive = error != Errno.EAGAIN
          || sleeper.sleep(Superblock.CONNECT_QUEUE, seen, -1) != Sleeper.INTERRUPTED;
      sleeper.leave(Superblock.CONNECT_QUEUE);
      if (!alive) {
        error = Errno.EINTR;
      }
    }
    if (error != Errno.SUCCESS) {
      destroyPipe(here);
      destroyPipe(there);
      if (other != 0) {
        slabs.free(other);
      }
    }
    return error;
  }

  /**
   * Leaves a socket {@link #CONNECTING} that found the listener's queue full: whoever asks for it next, or is woken since there
   * is room, makes the connection ({@link #isConnecting}).
   *
   * @return EINPROGRESS, or why it cannot be connected
   */
  public int connectLater(int socket, int port) {
    mutex.lock(Superblock.NET_LOCK);
    int error = whyNoConnect(socket);
    if (error == Errno.SUCCESS) {
      choosePort(socket);
      memory.putInt(socket + ERROR, 0);
      memory.putInt(socket + WANTED_PORT, port);
      memory.putIntVolatile(socket + STATE, CONNECTING);
      error = Errno.EINPROGRESS;
    }
    mutex.unlock(Superblock.NET_LOCK);
    return error;
  }

  /** Whether a socket is connecting still, after another try if it waits for room in a listener's queue. */
  public boolean isConnecting(int socket) {
    if (isQueued(socket)) {
      retry(socket);
    }
    return state(socket) == CONNECTING;
  }

  /** Whether a socket waits for room in a listener's queue. Under the network lock it stays so. */
  private boolean isQueued(int socket) {
    return state(socket) == CONNECTING && outsideOf(socket) == 0;
  }

  private void retry(int socket) {
    mutex.lock(Superblock.NET_LOCK);
    int port = isQueued(socket) ? memory.getInt(socket + WANTED_PORT) : 0;
    int listener = find(port);
    boolean full = listener != 0 && memory.getInt(listener + STATE) == LISTENING
        && memory.getInt(listener + WAITING) >= memory.getInt(listener + BACKLOG);
    mutex.unlock(Superblock.NET_LOCK);
    int error = full || port == 0 ? Errno.EAGAIN : connectHere(socket, port, true, 0);
    if (error != Errno.SUCCESS && error != Errno.EAGAIN) {
      mutex.lock(Superblock.NET_LOCK);
      if (isQueued(socket)) {
        fail(socket, error);
      }
      mutex.unlock(Superblock.NET_LOCK);
    }
  }

  private void fail(int socket, int errno) {
    memory.putInt(socket + ERROR, errno);
    memory.putInt(socket + OUTSIDE, 0);
    memory.putInt(socket + LOCAL_PORT, 0);
    memory.putIntVolatile(socket + STATE, NEW);
  }

  /** Why a socket cannot be connected, 0 if it can. Under the network lock it stays so. */
  private int whyNoConnect(int socket) {
    switch (state(socket)) {
      case CONNECTED:
        return Errno.EISCONN;
      case CONNECTING:
        return Errno.EALREADY;
      case LISTENING:
        return Errno.EINVAL;
      default:
        return Errno.SUCCESS;
    }
  }

  private void destroyPipe(int pipe) {
    if (pipe != 0) {
      pipes.closeReader(pipe);
      pipes.closeWriter(pipe);
    }
  }

  /** Puts the other end into the listener's queue and makes this one a connected socket, or does nothing. */
  private int enqueue(int socket, int other, int port, int here, int there, int leastBacklog) {
    mutex.lock(Superblock.NET_LOCK);
    int listener = find(port);
    // Another thread may have been faster.
    int error = isQueued(socket) ? Errno.SUCCESS : whyNoConnect(socket);
    if (error != Errno.SUCCESS) {
      mutex.unlock(Superblock.NET_LOCK);
      return error;
    }
    if (listener == 0 || memory.getInt(listener + STATE) != LISTENING) {
      error = Errno.ECONNREFUSED;
    } else if (memory.getInt(listener + WAITING) >= Math.max(memory.getInt(listener + BACKLOG), leastBacklog)) {
      error = Errno.EAGAIN;
    } else {
      choosePort(socket);
      join(socket, here, there, memory.getInt(socket + LOCAL_PORT), port);
      join(other, there, here, port, memory.getInt(socket + LOCAL_PORT));
      int last = memory.getInt(listener + LAST);
      memory.putInt(last == 0 ? listener + FIRST : last + NEXT, other);
      memory.putInt(listener + LAST, other);
      memory.putIntVolatile(listener + WAITING, memory.getInt(listener + WAITING) + 1);
      memory.putInt(other + PEER_OWNER, owner(socket));
      // Under the lock: it is what keeps the listener alive.
      WaitQueue.wake(memory, listener + EVENT_QUEUE);
      if (memory.getInt(listener + ACCEPT_WATCH) != 0) {
        watches.raise(listener + ACCEPT_WATCH_RECORD);
      }
    }
    mutex.unlock(Superblock.NET_LOCK);
    return error;
  }

  /** Lets a socket that is to be connected have a port: its own, or one that nobody else has taken. */
  private void choosePort(int socket) {
    if (state(socket) == BOUND) {
      unlinkPort(socket);
    } else if (localPort(socket) == 0) {
      memory.putInt(socket + LOCAL_PORT, freePort());
    }
  }

  private void join(int socket, int receive, int send, int localPort, int peerPort) {
    pipes.keep(receive);
    pipes.keep(send);
    memory.putInt(socket + RECEIVE, receive);
    memory.putInt(socket + SEND, send);
    memory.putInt(socket + LOCAL_PORT, localPort);
    memory.putInt(socket + PEER_PORT, peerPort);
    memory.putInt(socket + NEXT, 0);
    memory.putIntVolatile(socket + STATE, CONNECTED);
  }

  private void unlinkPort(int socket) {
    int at = Superblock.PORTS;
    while (memory.getInt(at) != socket) {
      at = memory.getInt(at) + NEXT;
    }
    memory.putInt(at, memory.getInt(socket + NEXT));
    memory.putInt(socket + NEXT, 0);
  }

  /**
   * Connects to another host, if the kernel worker can: it is asked, and makes the connection or says why not. Until then
   * the socket is {@link #CONNECTING}.
   *
   * @param host the address of its name, ASCII, at most {@link Outside#LONGEST_HOST} bytes
   * @return 0 or the kernel worker's errno; EINPROGRESS if {@code nonBlocking}, EINTR when killed
   */
  public int connectOutside(int socket, int host, int length, int port, boolean nonBlocking) {
    int request = outside.create(host, length, port, owner(socket));
    if (request == 0) {
      return Errno.ENOMEM;
    }
    mutex.lock(Superblock.NET_LOCK);
    int error = whyNoConnect(socket);
    if (error == Errno.SUCCESS) {
      choosePort(socket);
      memory.putInt(socket + ERROR, 0);
      memory.putInt(socket + OUTSIDE, request);
      memory.putIntVolatile(socket + STATE, CONNECTING);
      outside.ask(request, socket);
    }
    mutex.unlock(Superblock.NET_LOCK);
    if (error != Errno.SUCCESS) {
      outside.free(request);
      return error;
    }
    if (nonBlocking || !sleeper.canSleep()) {
      return Errno.EINPROGRESS;
    }
    return awaitConnection(socket) ? state(socket) == CONNECTED ? Errno.SUCCESS : takeError(socket) : Errno.EINTR;
  }

  /** Sleeps while a socket is {@link #CONNECTING}. Answers false when killed. */
  private boolean awaitConnection(int socket) {
    int queue = connectingQueue(socket);
    int seen = sleeper.enter(queue);
    boolean alive = true;
    while (alive && isConnecting(socket)) {
      alive = sleeper.sleep(queue, seen, -1) != Sleeper.INTERRUPTED;
      seen = memory.getIntVolatile(queue);
    }
    sleeper.leave(queue);
    return alive;
  }

  /** Why a connection that was not waited for could not be made, an errno; told once. 0 if there is nothing to tell. */
  public int takeError(int socket) {
    isConnecting(socket);
    return memory.getAndSet(socket + ERROR, 0);
  }

  /** The {@link Outside} of a connection to another host, 0 of any other. */
  public int outsideOf(int socket) {
    return memory.getInt(socket + OUTSIDE);
  }

  /**
   * For the kernel worker: makes the connection that an {@link Outside} asks for, and hands its other end over.
   *
   * @return a connected socket; 0 if nobody waits for it any more, or -ENOMEM: the request is gone then
   */
  public int grant(int request) {
    int here = pipes.create(RING_ORDER);
    int there = here == 0 ? 0 : pipes.create(RING_ORDER);
    int other = there == 0 ? 0 : create(1);
    if (other == 0) {
      destroyPipe(here);
      destroyPipe(there);
      refuse(request, Errno.ENOMEM);
      return -Errno.ENOMEM;
    }
    mutex.lock(Superblock.NET_LOCK);
    int socket = outside.answer(request);
    if (socket != 0) {
      join(socket, here, there, localPort(socket), outside.port(request));
      join(other, there, here, outside.port(request), localPort(socket));
      memory.putInt(other + PEER_OWNER, owner(socket));
      WaitQueue.wake(memory, socket + EVENT_QUEUE);
    }
    mutex.unlock(Superblock.NET_LOCK);
    if (socket == 0) {
      destroyPipe(here);
      destroyPipe(there);
      slabs.free(other);
      outside.free(request);
    }
    return socket == 0 ? 0 : other;
  }

  /** For the kernel worker: says why a connection cannot be made. The request is gone then. */
  public void refuse(int request, int errno) {
    mutex.lock(Superblock.NET_LOCK);
    int socket = outside.answer(request);
    if (socket != 0) {
      fail(socket, errno);
      WaitQueue.wake(memory, socket + EVENT_QUEUE);
    }
    mutex.unlock(Superblock.NET_LOCK);
    outside.free(request);
  }

  /**
   * Takes the connection that has waited longest; sleeps while there is none, unless {@code nonBlocking}.
   *
   * @param owner the pid that accepts
   * @return a connected socket, or -EINVAL if it does not listen, -EAGAIN, -EINTR when killed
   */
  public int accept(int listener, int owner, boolean nonBlocking) {
    if (state(listener) != LISTENING) {
      return -Errno.EINVAL;
    }
    for (;;) {
      int taken = dequeue(listener);
      if (taken != 0) {
        memory.putInt(taken + OWNER, owner);
        WaitQueue.wake(memory, Superblock.CONNECT_QUEUE);
        return taken;
      }
      if (nonBlocking || !sleeper.canSleep()) {
        return -Errno.EAGAIN;
      }
      int queue = listener + EVENT_QUEUE;
      int seen = sleeper.enter(queue);
      boolean alive = true;
      while (alive && !canAccept(listener)) {
        alive = sleeper.sleep(queue, seen, -1) != Sleeper.INTERRUPTED;
        seen = memory.getIntVolatile(queue);
      }
      sleeper.leave(queue);
      if (!alive) {
        return -Errno.EINTR;
      }
    }
  }

  private int dequeue(int listener) {
    mutex.lock(Superblock.NET_LOCK);
    int first = memory.getInt(listener + FIRST);
    if (first != 0) {
      int next = memory.getInt(first + NEXT);
      memory.putInt(listener + FIRST, next);
      if (next == 0) {
        memory.putInt(listener + LAST, 0);
      }
      memory.putInt(first + NEXT, 0);
      memory.putIntVolatile(listener + WAITING, memory.getInt(listener + WAITING) - 1);
    }
    mutex.unlock(Superblock.NET_LOCK);
    return first;
  }

  /** Lets the kernel worker, as the owner of a listener, know when a connection waits. To be called before it listens. */
  public void watchAccepting(int listener, int kind, int subject) {
    watches.init(listener + ACCEPT_WATCH_RECORD, kind, subject);
    memory.putInt(listener + ACCEPT_WATCH, listener + ACCEPT_WATCH_RECORD);
  }

  /** Takes that watch off, before the kernel worker closes the listener. */
  public void unwatchAccepting(int listener) {
    mutex.lock(Superblock.NET_LOCK);
    memory.putInt(listener + ACCEPT_WATCH, 0);
    mutex.unlock(Superblock.NET_LOCK);
    watches.cancel(listener + ACCEPT_WATCH_RECORD);
  }

  /** Whether a connection waits at a listener. */
  public boolean canAccept(int listener) {
    return memory.getIntVolatile(listener + WAITING) != 0;
  }

  /** Where those sleep that wait for a socket that is {@link #CONNECTING}. */
  public int connectingQueue(int socket) {
    return isQueued(socket) ? Superblock.CONNECT_QUEUE : eventQueue(socket);
  }

  /** Where those sleep that accept, or wait for a connection to another host. */
  public int eventQueue(int socket) {
    return socket + EVENT_QUEUE;
  }

  /** The pipe that brings what the other end sends, 0 if that way is shut or the socket is not connected. */
  public int receivePipe(int socket) {
    return isShut(socket, SHUT_READ) ? 0 : memory.getInt(socket + RECEIVE);
  }

  /** The pipe that takes what is sent, 0 if that way is shut or the socket is not connected. */
  public int sendPipe(int socket) {
    return isShut(socket, SHUT_WRITE) ? 0 : memory.getInt(socket + SEND);
  }

  private boolean isShut(int socket, int way) {
    return (memory.getIntVolatile(socket + SHUT) & way) != 0;
  }

  /** 0 once a socket is connected, which it may have to wait for; or a negative errno. */
  private int whyNotConnected(int socket, boolean nonBlocking) {
    if (state(socket) == CONNECTED) {
      return Errno.SUCCESS;
    }
    if (isConnecting(socket)) {
      if (nonBlocking || !sleeper.canSleep()) {
        return -Errno.EAGAIN;
      }
      if (!awaitConnection(socket)) {
        return -Errno.EINTR;
      }
    }
    int error = takeError(socket);
    return state(socket) == CONNECTED ? Errno.SUCCESS : -(error == 0 ? Errno.ENOTCONN : error);
  }

  /**
   * Receives; arguments and result are those of {@link Pipes#read}, and -ENOTCONN, -ECONNRESET.
   */
  @Override
  public int receive(int socket, int vectors, int total, boolean nonBlocking) {
    int error = whyNotConnected(socket, nonBlocking);
    if (error != Errno.SUCCESS) {
      return error;
    }
    int pipe = receivePipe(socket);
    return pipe == 0 ? 0 : pipes.read(pipe, vectors, total, nonBlocking);
  }

  /** Receives without taking it away: {@link #receive} will answer the same bytes again. */
  public int peek(int socket, int vectors, int total, boolean nonBlocking) {
    int error = whyNotConnected(socket, nonBlocking);
    if (error != Errno.SUCCESS) {
      return error;
    }
    int pipe = receivePipe(socket);
    return pipe == 0 ? 0 : pipes.peekInto(pipe, vectors, total, nonBlocking);
  }

  /** Sends; arguments and result are those of {@link Pipes#write}, and -ENOTCONN. */
  @Override
  public int send(int socket, int vectors, int total, boolean nonBlocking) {
    int error = whyNotConnected(socket, nonBlocking);
    if (error != Errno.SUCCESS) {
      return error;
    }
    int pipe = sendPipe(socket);
    return pipe == 0 ? -Errno.EPIPE : pipes.write(pipe, vectors, total, nonBlocking);
  }

  /**
   * Shuts one way or both: the other end finds the end of file after what was sent; what it sends to a way that is shut
   * fails.
   *
   * @param how {@link #SHUT_READ}, {@link #SHUT_WRITE} or their sum
   */
  public int shutdown(int socket, int how) {
    if (how == 0 || (how & ~(SHUT_READ | SHUT_WRITE)) != 0) {
      return Errno.EINVAL;
    }
    if (state(socket) != CONNECTED) {
      return Errno.ENOTCONN;
    }
    int before = memory.getAndOr(socket + SHUT, how);
    if ((how & ~before & SHUT_WRITE) != 0) {
      pipes.closeWriter(memory.getInt(socket + SEND));
    }
    if ((how & ~before & SHUT_READ) != 0) {
      pipes.closeReader(memory.getInt(socket + RECEIVE));
    }
    return Errno.SUCCESS;
  }

  /**
   * Ends a socket and frees its record. A connection with bytes that nobody read is reset, as TCP does it: its peer reads
   * ECONNRESET instead of an end. Connections that wait at a listener are reset, too.
   */
  @Override
  public void close(int socket) {
    switch (state(socket)) {
      case CONNECTED:
        disconnect(socket);
        break;
      case CONNECTING:
        abandon(socket);
        break;
      case BOUND:
      case LISTENING:
        closePort(socket);
        break;
      default:
        break;
    }
    slabs.free(socket);
  }

  private void disconnect(int socket) {
    int receive = memory.getInt(socket + RECEIVE);
    int send = memory.getInt(socket + SEND);
    int shut = memory.getAndSet(socket + SHUT, SHUT_READ | SHUT_WRITE);
    if ((shut & SHUT_WRITE) == 0) {
      if ((shut & SHUT_READ) == 0 && pipes.available(receive) > 0) {
        pipes.reset(send);
      }
      pipes.closeWriter(send);
    }
    if ((shut & SHUT_READ) == 0) {
      pipes.closeReader(receive);
    }
    pipes.unkeep(receive);
    pipes.unkeep(send);
    if (outsideOf(socket) != 0) {
      outside.free(outsideOf(socket));
    }
  }

  /** Nobody waits any more for a connection; of one to another host, the kernel worker finds out. */
  private void abandon(int socket) {
    mutex.lock(Superblock.NET_LOCK);
    boolean waits = state(socket) == CONNECTING;
    if (waits && outsideOf(socket) != 0) {
      outside.abandon(outsideOf(socket));
    }
    mutex.unlock(Superblock.NET_LOCK);
    if (!waits && state(socket) == CONNECTED) {
      disconnect(socket);
    }
  }

  private void closePort(int socket) {
    boolean listened = state(socket) == LISTENING;
    mutex.lock(Superblock.NET_LOCK);
    unlinkPort(socket);
    memory.putIntVolatile(socket + STATE, NEW);
    mutex.unlock(Superblock.NET_LOCK);
    if (listened) {
      for (int waiting = dequeue(socket); waiting != 0; waiting = dequeue(socket)) {
        pipes.reset(sendPipe(waiting));
        close(waiting);
      }
      WaitQueue.wake(memory, Superblock.CONNECT_QUEUE);
      watches.raise(Superblock.PORTS_WATCH);
    }
  }

  /**
   * Lists the listening sockets: the port of the first one that is greater than {@code port}, 0 after the last. Its owner
   * is then {@link #foundOwner}.
   */
  public int nextListening(int port) {
    mutex.lock(Superblock.NET_LOCK);
    int best = 0;
    for (int socket = memory.getInt(Superblock.PORTS); socket != 0; socket = memory.getInt(socket + NEXT)) {
      int its = memory.getInt(socket + LOCAL_PORT);
      if (memory.getInt(socket + STATE) == LISTENING && its > port && (best == 0 || its < best)) {
        best = its;
        foundOwner = memory.getInt(socket + OWNER);
      }
    }
    mutex.unlock(Superblock.NET_LOCK);
    return best;
  }

  private int foundOwner;

  /** The pid that listens on the port that {@link #nextListening} found last. */
  public int foundOwner() {
    return foundOwner;
  }
}
