package dev.samovar.kernel.process;

import dev.samovar.kernel.capability.Hosts;
import dev.samovar.kernel.fs.Devices;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.VirtualFiles;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.net.Sockets;
import java.nio.charset.StandardCharsets;

/**
 * The names in {@code /dev/tcp}, {@code /dev/tcp-listen} and {@code /proc/PID/net}. Those in the first two cannot be
 * listed: any host, and any port, is there.
 *
 * <p>What such a name says goes with its inode: the record of an address is its port (4 bytes), the length of the host's
 * name (4 bytes), and the name.
 */
final class SocketNames {
  private static final int LAST_PORT = 65_535;
  private static final int PORT = 0;
  private static final int LENGTH = 4;
  private static final int HOST = 8;

  private final KernelMemory memory;
  private final SlabAllocator slabs;
  private final FileSystem files;
  private final OpenFiles openFiles;
  private final Sockets sockets;

  SocketNames(KernelMemory memory, SlabAllocator slabs, FileSystem files, OpenFiles openFiles, Sockets sockets) {
    this.memory = memory;
    this.slabs = slabs;
    this.files = files;
    this.openFiles = openFiles;
    this.sockets = sockets;
  }

  /** The inode that a name in a directory of the network stands for, held; 0 if there can be none. */
  int child(int directory, String name) {
    switch (files.inodes().node(directory)) {
      case VirtualFiles.TCP:
        int port = port(name);
        // An empty host leaves nothing between the two slashes.
        return port > 0 ? connect(Hosts.THIS, port) : Hosts.isName(name) ? host(directory, name) : 0;
      case VirtualFiles.HOST:
        int of = port(name);
        return of > 0 ? connect(host(files.inodes().subject(directory)), of) : 0;
      default:
        int listen = port(name);
        return listen < 0 ? 0 : files.createDevice(Devices.LISTEN, listen);
    }
  }

  private int host(int directory, String name) {
    int address = address(name, 0);
    int inode = address == 0 ? 0 : files.createVirtualDirectory(VirtualFiles.HOST, address, directory);
    return orFree(inode, address);
  }

  private int connect(String host, int port) {
    int address = address(host, port);
    int inode = address == 0 ? 0 : files.createDevice(Devices.CONNECT, address);
    return orFree(inode, address);
  }

  private int orFree(int inode, int address) {
    if (inode == 0 && address != 0) {
      slabs.free(address);
    }
    return inode;
  }

  private int address(String host, int port) {
    byte[] bytes = host.getBytes(StandardCharsets.UTF_8);
    int address = slabs.allocate(HOST + bytes.length);
    if (address != 0) {
      memory.putInt(address + PORT, port);
      memory.putInt(address + LENGTH, bytes.length);
      for (int i = 0; i < bytes.length; i++) {
        memory.putByte(address + HOST + i, bytes[i]);
      }
    }
    return address;
  }

  /** The port of an address. */
  int port(int address) {
    return memory.getInt(address + PORT);
  }

  /** The host of an address. */
  String host(int address) {
    byte[] bytes = new byte[memory.getInt(address + LENGTH)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) memory.getByte(address + HOST + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** What is said about a socket: a line of JSON. */
  String describe(int file) {
    int socket = openFiles.target(file);
    int local = sockets.localPort(socket);
    int peer = sockets.peerPort(socket);
    return "{\"state\":\"" + stateOf(socket) + "\"" + (local == 0 ? "" : ",\"local\":\"127.0.0.1:" + local + "\"")
        + (peer == 0 ? "" : ",\"peer\":\"" + peerHost(socket) + ":" + peer + "\"") + "}\n";
  }

  private String peerHost(int socket) {
    int outside = sockets.outsideOf(socket);
    return outside == 0 ? "127.0.0.1" : sockets.outside().host(outside);
  }

  private String stateOf(int socket) {
    switch (sockets.state(socket)) {
      case Sockets.BOUND:
        return "bound";
      case Sockets.LISTENING:
        return "listening";
      case Sockets.CONNECTED:
        return "connected";
      case Sockets.CONNECTING:
        return "connecting";
      default:
        return "new";
    }
  }

  /** A port in digits without leading zeros, -1 for all else. */
  private static int port(String text) {
    int port = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || i == 5 || c == '0' && i == 0 && text.length() > 1) {
        return -1;
      }
      port = 10 * port + c - '0';
    }
    return text.isEmpty() || port > LAST_PORT ? -1 : port;
  }
}
