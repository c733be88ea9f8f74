package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Audit;
import dev.samovar.kernel.capability.AuditedCall;
import dev.samovar.kernel.capability.Capabilities;
import dev.samovar.kernel.capability.Hosts;
import dev.samovar.kernel.fs.Devices;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.net.Outside;
import dev.samovar.kernel.net.Sockets;

/**
 * The network as the calling process may use it: whatever way it listens or connects, it is asked for its grants here. What
 * is refused is noted in the audit ring.
 */
public final class Network {
  /** Where the kernel worker's HTTP proxy listens: anybody may ask it, since it asks {@link #mayConnect} itself. */
  public static final int PROXY_PORT = 65_080;

  /** Connections that wait at a listener opened by its name. */
  private static final int BACKLOG = 128;

  private final KernelMemory memory;
  private final FileSystem files;
  private final OpenFiles openFiles;
  private final Sockets sockets;
  private final Processes processes;
  private final Threads threads;
  private final Descriptors descriptors;
  private final Capabilities capabilities;
  private final Audit audit;
  private final SocketNames names;
  private final int scratch;

  /** @param scratch 4 KiB of this worker's own */
  Network(KernelMemory memory, FileSystem files, OpenFiles openFiles, Sockets sockets, Processes processes,
      Threads threads, Descriptors descriptors, Capabilities capabilities, Audit audit, SocketNames names, int scratch) {
    this.memory = memory;
    this.files = files;
    this.openFiles = openFiles;
    this.sockets = sockets;
    this.processes = processes;
    this.threads = threads;
    this.descriptors = descriptors;
    this.capabilities = capabilities;
    this.audit = audit;
    this.names = names;
    this.scratch = scratch;
  }

  /**
   * Opens a device from {@link Devices#CONNECT} on.
   *
   * @param inode the device; the caller keeps its hold
   * @param flags fdflags; of those only NONBLOCK means something to a socket
   * @param rights what is asked for
   * @return the open file, or a negative errno
   */
  public int open(int inode, int flags, long rights) {
    int subject = files.inodes().subject(inode);
    boolean listens = files.inodes().device(inode) == Devices.LISTEN;
    int inherited = listens ? inheritedListener(subject) : 0;
    if (inherited != 0) {
      openFiles.setFlags(inherited, openFiles.flags(inherited) | flags & OpenFiles.NONBLOCK);
      return openFiles.hold(inherited);
    }
    boolean nonBlocking = (flags & OpenFiles.NONBLOCK) != 0;
    int socket = sockets.create(processes.pid(threads.process()));
    if (socket == 0) {
      return -Errno.ENOMEM;
    }
    int error = listens ? listen(socket, subject)
        : connect(socket, names.host(subject), names.port(subject), nonBlocking);
    if (error != Errno.SUCCESS && !(nonBlocking && error == Errno.EINPROGRESS)) {
      sockets.close(socket);
      return -error;
    }
    // Who listens asks for connections, whatever the name was opened for.
    long used = listens ? Rights.SOCKET : Rights.SOCKET & ~(Rights.FD_READ | Rights.FD_WRITE) | rights & Rights.SOCKET;
    int file = openFiles.ofSocket(socket, flags & OpenFiles.NONBLOCK, used);
    return file == 0 ? -Errno.ENOMEM : file;
  }

  /**
   * The listener of a port that the calling process was started with, 0 if there is none: who has it needs no grant. They
   * come first, from descriptor 3 on.
   */
  private int inheritedListener(int port) {
    int process = threads.process();
    for (int fd = 3;; fd++) {
      int file = descriptors.get(process, fd);
      if (file == 0 || openFiles.kind(file) != OpenFiles.SOCKET) {
        return 0;
      }
      int socket = openFiles.target(file);
      if (sockets.state(socket) == Sockets.LISTENING && sockets.localPort(socket) == port) {
        return file;
      }
    }
  }

  /**
   * Gives a process that does not run yet a listener, under its next free descriptor. That is a grant by itself.
   *
   * @return 0, or EADDRINUSE, ENOMEM, EMFILE
   */
  public int giveListener(int process, int port) {
    int socket = sockets.create(processes.pid(process));
    if (socket == 0) {
      return Errno.ENOMEM;
    }
    int error = sockets.bind(socket, port);
    if (error == Errno.SUCCESS) {
      error = sockets.listen(socket, BACKLOG);
    }
    if (error != Errno.SUCCESS) {
      sockets.close(socket);
      return error;
    }
    int file = openFiles.ofSocket(socket, 0, Rights.SOCKET);
    return file == 0 ? Errno.ENOMEM : -Math.min(0, descriptors.add(process, file));
  }

  private int listen(int socket, int port) {
    int error = bind(socket, port);
    return error != Errno.SUCCESS ? error : sockets.listen(socket, BACKLOG);
  }

  /** Gives a socket a port, 0 for a free one: 0 or an errno. */
  public int bind(int socket, int port) {
    int error = mayListen(port);
    return error != Errno.SUCCESS ? error : sockets.bind(socket, port);
  }

  /** 0, or ENOTCAPABLE if the calling process may not listen on a port. */
  public int mayListen(int port) {
    if (capabilities.mayListen(processes.capabilities(threads.process()), port)) {
      return Errno.SUCCESS;
    }
    return refuse(AuditedCall.LISTEN, put(String.valueOf(port)));
  }

  /**
   * Connects a socket: 0 or an errno.
   *
   * @param nonBlocking EINPROGRESS instead of waiting for a connection to another host
   */
  public int connect(int socket, String host, int port, boolean nonBlocking) {
    boolean inside = Hosts.isThis(host);
    String name = Hosts.canonical(host);
    int length = put(name + ":" + port);
    if (!(inside && port == PROXY_PORT) && !capabilities.mayConnect(processes.capabilities(threads.process()), scratch, length, inside)) {
      return refuse(AuditedCall.CONNECT, length);
    }
    return inside ? sockets.connect(socket, port, nonBlocking)
        : sockets.connectOutside(socket, scratch, name.length(), port, nonBlocking);
  }

  /** For the kernel worker: whether a process may connect to another host by a proxy; if not, notes that. */
  public boolean mayConnect(int pid, String host, int port) {
    int process = Hosts.isName(host) ? processes.find(pid) : 0;
    if (process == 0) {
      return false;
    }
    int length = put(Hosts.canonical(host) + ":" + port);
    if (capabilities.mayConnect(processes.capabilities(process), scratch, length, false)) {
      return true;
    }
    audit.note(pid, AuditedCall.CONNECT, Errno.ENOTCAPABLE, scratch, length);
    return false;
  }

  /** For the kernel worker: refuses a connection to another host, and notes that. */
  public void refuseOutside(int request, int errno) {
    Outside outside = sockets.outside();
    if (!outside.isAbandoned(request)) {
      audit.note(outside.owner(request), AuditedCall.CONNECT, errno, scratch,
          put(outside.host(request) + ":" + outside.port(request)));
    }
    sockets.refuse(request, errno);
  }

  private int refuse(int call, int length) {
    audit.note(processes.pid(threads.process()), call, Errno.ENOTCAPABLE, scratch, length);
    return Errno.ENOTCAPABLE;
  }

  /** Puts an ASCII text where {@link #scratch} is. Answers its bytes. */
  private int put(String text) {
    for (int i = 0; i < text.length(); i++) {
      memory.putByte(scratch + i, text.charAt(i));
    }
    return text.length();
  }
}
