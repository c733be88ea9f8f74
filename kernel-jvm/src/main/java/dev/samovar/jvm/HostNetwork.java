package dev.samovar.jvm;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.net.Outside;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What connects an OS with the network of this machine: nothing, but for what it is told. */
final class HostNetwork {
  private static final int KERNEL_PID = 1;
  private static final int CONNECT_MILLIS = 10_000;

  private final Samovar os;
  private final Kernel kernel;
  private final JvmMemory memory;
  private final Progress progress;
  private final Map<String, InetSocketAddress> allowed = new ConcurrentHashMap<>();
  private final List<ServerSocket> published = new ArrayList<>();

  HostNetwork(Samovar os, Kernel kernel, JvmMemory memory, Progress progress) {
    this.os = os;
    this.kernel = kernel;
    this.memory = memory;
    this.progress = progress;
  }

  /** Lets programs connect to a target, {@code host:port}, which is at an address. */
  void allow(String target, InetSocketAddress address) {
    allowed.put(target, address);
  }

  /** A program asks for a connection to another host. The caller holds the OS. */
  void request(int request) {
    Outside outside = kernel.sockets.outside();
    String target = outside.host(request) + ":" + outside.port(request);
    InetSocketAddress address = allowed.get(target);
    if (address == null || outside.isAbandoned(request)) {
      if (address == null) {
        progress.say("a connection to " + target + " was refused: --allow connect=" + target + " grants it");
      }
      kernel.process.network.refuseOutside(request, Errno.ECONNREFUSED);
      return;
    }
    thread("samovar-connect", () -> connect(request, address));
  }

  private void connect(int request, InetSocketAddress address) {
    Socket socket = new Socket();
    int error;
    try {
      // The name is looked up here, not in whoever asked for it.
      socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), CONNECT_MILLIS);
      error = Errno.SUCCESS;
    } catch (SocketTimeoutException e) {
      error = Errno.ETIMEDOUT;
    } catch (ConnectException e) {
      error = Errno.ECONNREFUSED;
    } catch (UnknownHostException e) {
      error = Errno.EHOSTUNREACH;
    } catch (IOException | RuntimeException e) {
      error = Errno.EHOSTUNREACH;
    }
    synchronized (os) {
      int handle = 0;
      if (os.isClosed()) {
        HostConnection.close(socket);
      } else if (error != Errno.SUCCESS) {
        kernel.process.network.refuseOutside(request, error);
      } else {
        handle = kernel.sockets.grant(request);
      }
      if (handle > 0) {
        new HostConnection(os, kernel, memory, handle, socket).start();
      } else {
        HostConnection.close(socket);
      }
    }
  }

  /** Opens a port on this machine's loopback, 0 for a free one, that leads to one of the OS. Answers its number. */
  int publish(int hostPort, int port) throws IOException {
    ServerSocket server;
    try {
      server = new ServerSocket(hostPort, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IOException("publish: port " + hostPort + " of this machine cannot be opened (" + e.getMessage()
          + "); 0 takes a free one", e);
    }
    published.add(server);
    thread("samovar-publish-" + port, () -> accept(server, port));
    return server.getLocalPort();
  }

  private void accept(ServerSocket server, int port) {
    try {
      while (true) {
        Socket socket = server.accept();
        synchronized (os) {
          int handle = os.isClosed() ? 0 : kernel.sockets.create(KERNEL_PID);
          if (handle != 0 && kernel.sockets.connectFromOutside(handle, port) == Errno.SUCCESS) {
            new HostConnection(os, kernel, memory, handle, socket).start();
          } else {
            // Nobody listens there (yet).
            if (handle != 0) {
              kernel.sockets.close(handle);
            }
            HostConnection.close(socket);
          }
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /** Closes the ports. */
  void close() {
    for (ServerSocket server : published) {
      try {
        server.close();
      } catch (IOException e) {
        // It is no longer used in any case.
      }
    }
  }

  static void thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }
}
