package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.capability.Hosts;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.net.Sockets;
import java.nio.charset.StandardCharsets;

/**
 * Sockets beyond preview 1, as WasmEdge has them. An address is a pair in the guest's memory (4 bytes each): where its bytes
 * are, and their number, which tells the form: 4 (IPv4), 16 (IPv6), or {@link #WITH_FAMILY}, two bytes of family first.
 * Streams only: a datagram socket is ENOTSUP.
 */
public final class SockExtension {
  private static final int UNSPECIFIED = 0;
  private static final int INET4 = 1;
  private static final int INET6 = 2;
  private static final int DATAGRAM = 1;
  private static final int STREAM = 2;

  private static final int IPV4 = 4;
  private static final int IPV6 = 16;
  private static final int WITH_FAMILY = 128;
  /** 127.0.0.1, lowest byte first. */
  private static final int LOOPBACK = 0x0100_007f;

  private static final int SOL_SOCKET = 0;
  private static final int TCP = 6;
  private static final int SO_REUSEADDR = 0;
  private static final int SO_TYPE = 1;
  private static final int SO_ERROR = 2;
  private static final int SO_SNDBUF = 5;
  private static final int SO_RCVBUF = 6;
  private static final int SO_KEEPALIVE = 7;
  private static final int SO_ACCEPTCONN = 13;

  /** {@code EAI_NONAME} among WasmEdge's errnos. */
  private static final int NO_NAME = 84;
  private static final int ADDRESS_INFO = 28;
  private static final int SOCKET_ADDRESS = 12;
  private static final int LONGEST_NAME = 1024;

  private final Kernel kernel;
  private final KernelMemory memory;
  private final GuestMemory guest;
  private final Call call;
  private final Sock sock;
  private final OpenFiles files;
  private final Sockets sockets;
  private final int record;

  /** What the last address that was read says. */
  private String host;

  SockExtension(Kernel kernel, Call call, Sock sock) {
    this.kernel = kernel;
    this.call = call;
    this.sock = sock;
    memory = kernel.memory;
    guest = kernel.guest;
    files = kernel.openFiles;
    sockets = kernel.sockets;
    record = kernel.arena + Arena.RECORDS;
  }

  /** Makes a socket and writes its descriptor. */
  public int open(int family, int type, int result) {
    if (family < UNSPECIFIED || family > INET6) {
      return Errno.EAFNOSUPPORT;
    }
    if (type != STREAM && type != 0) {
      return type == DATAGRAM ? Errno.ENOTSUP : Errno.EINVAL;
    }
    if (!guest.contains(result, 4)) {
      return Errno.EFAULT;
    }
    int process = kernel.process.threads.process();
    int socket = sockets.create(kernel.process.processes.pid(process));
    int file = socket == 0 ? 0 : files.ofSocket(socket, 0, Rights.SOCKET);
    if (file == 0) {
      return Errno.ENOMEM;
    }
    int opened = kernel.process.descriptors.add(process, file);
    return opened < 0 ? -opened : putInt(result, opened);
  }

  private int putInt(int pointer, int value) {
    return guest.putInt(pointer, value) ? Errno.SUCCESS : Errno.EFAULT;
  }

  /** Reads a 4-byte integer of the guest's, which is known to be there, into {@link #record}. */
  private int getInt(int pointer) {
    guest.copyIn(record, pointer, 4);
    return memory.getInt(record);
  }

  /** Takes a port of this OS; whichever address of it is named, the port is taken for all. */
  public int bind(int fd, int address, int port) {
    int file = call.file(fd);
    int error = sock.check(file, 0);
    if (error == Errno.SUCCESS) {
      error = readAddress(address);
    }
    if (error != Errno.SUCCESS) {
      return error;
    }
    if (!Hosts.isThis(host)) {
      return Errno.EADDRNOTAVAIL;
    }
    // Which port a free one will be is asked when somebody is to connect to it.
    error = port == 0 ? Errno.SUCCESS : kernel.process.network.mayListen(port);
    return error != Errno.SUCCESS ? error : sockets.bind(files.target(file), port);
  }

  public int listen(int fd, int backlog) {
    int file = call.file(fd);
    int error = sock.check(file, Rights.SOCK_ACCEPT);
    // One that listens already may have been inherited, which was the grant.
    if (error == Errno.SUCCESS && sockets.state(files.target(file)) != Sockets.LISTENING) {
      error = kernel.process.network.mayListen(sockets.localPort(files.target(file)));
    }
    return error != Errno.SUCCESS ? error : sockets.listen(files.target(file), backlog);
  }

  /** Connects; EINPROGRESS from a non-blocking socket that connects to another host, or to a listener whose queue is full. */
  public int connect(int fd, int address, int port) {
    int file = call.file(fd);
    int error = sock.check(file, 0);
    if (error == Errno.SUCCESS) {
      error = readAddress(address);
    }
    if (error != Errno.SUCCESS) {
      return error;
    }
    if (port < 1 || port > 65_535) {
      return Errno.EINVAL;
    }
    error = kernel.process.network.connect(files.target(file), host, port, sock.isNonBlocking(file));
    return error == Errno.EAGAIN ? sockets.connectLater(files.target(file), port) : error;
  }

  /** {@code sock_accept} as it was before preview 1 had one: without flags. */
  public int accept(int fd, int result) {
    return sock.accept(fd, 0, result);
  }

  /** Sets {@link #host} to what an address says. Answers 0, EFAULT, EINVAL or EAFNOSUPPORT. */
  private int readAddress(int address) {
    if (!guest.copyIn(record, address, 8)) {
      return Errno.EFAULT;
    }
    int bytes = memory.getInt(record);
    int size = memory.getInt(record + 4);
    if (size != IPV4 && size != IPV6 && size != WITH_FAMILY) {
      return Errno.EINVAL;
    }
    if (!guest.copyIn(record, bytes, size)) {
      return Errno.EFAULT;
    }
    int family = size == IPV4 ? INET4 : size == IPV6 ? INET6 : memory.getShort(record);
    if (family != INET4 && family != INET6) {
      return Errno.EAFNOSUPPORT;
    }
    int at = size == WITH_FAMILY ? record + 2 : record;
    host = family == INET4 ? ipv4(at) : ipv6(at);
    return Errno.SUCCESS;
  }

  private String ipv4(int at) {
    return memory.getByte(at) + "." + memory.getByte(at + 1) + "." + memory.getByte(at + 2) + "." + memory.getByte(at + 3);
  }

  /** Not the shortest form, but for the two addresses of this OS, and IPv4 in IPv6. */
  private String ipv6(int at) {
    boolean low = true;
    for (int i = 0; i < 15; i++) {
      low &= memory.getByte(at + i) == (i == 10 || i == 11 ? memory.getByte(at + 10) : 0);
    }
    boolean mapped = memory.getByte(at + 10) == 0xff && memory.getByte(at + 11) == 0xff;
    for (int i = 0; i < 10; i++) {
      mapped &= memory.getByte(at + i) == 0;
    }
    if (mapped) {
      return ipv4(at + 12);
    }
    if (low && memory.getByte(at + 10) == 0 && memory.getByte(at + 15) <= 1) {
      return memory.getByte(at + 15) == 1 ? "::1" : "::";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 16; i += 2) {
      text.append(i == 0 ? "" : ":")
          .append(Integer.toHexString(memory.getByte(at + i) << 8 | memory.getByte(at + i + 1)));
    }
    return text.toString();
  }

  /** Writes the socket's own address. {@code type}, where the guest asks for it (not 0), becomes 4. */
  public int getLocalAddress(int fd, int address, int type, int port) {
    return getAddress(fd, address, type, port, false);
  }

  /** Likewise that of the other end: ENOTCONN if there is none. */
  public int getPeerAddress(int fd, int address, int type, int port) {
    return getAddress(fd, address, type, port, true);
  }

  private int getAddress(int fd, int address, int type, int port, boolean ofPeer) {
    int file = call.file(fd);
    int error = sock.check(file, 0);
    if (error != Errno.SUCCESS) {
      return error;
    }
    int socket = files.target(file);
    int number = ofPeer ? sockets.peerPort(socket) : sockets.localPort(socket);
    if (ofPeer && number == 0) {
      return Errno.ENOTCONN;
    }
    if (type != 0 && !guest.contains(type, 4)) {
      return Errno.EFAULT;
    }
    error = writeAddress(address, port, number);
    return error == Errno.SUCCESS && type != 0 ? putInt(type, 4) : error;
  }

  /** Every end has the address 127.0.0.1: of another host only its name is known, and the relay finds its address. */
  private int writeAddress(int address, int port, int number) {
    if (!guest.copyIn(record, address, 8)) {
      return Errno.EFAULT;
    }
    int bytes = memory.getInt(record);
    int size = memory.getInt(record + 4);
    if (size < IPV4) {
      return Errno.EINVAL;
    }
    if (!guest.contains(bytes, size) || !guest.contains(port, 4)) {
      return Errno.EFAULT;
    }
    boolean withFamily = size >= WITH_FAMILY;
    memory.putShort(record, INET4);
    memory.putInt(record + 4, LOOPBACK);
    if (withFamily) {
      guest.copyOut(bytes, record, 2);
    }
    guest.copyOut(withFamily ? bytes + 2 : bytes, record + 4, IPV4);
    return putInt(port, number);
  }

  /** Receives as {@code sock_recv} does, and writes the other end's address. */
  public int receiveFrom(int fd, int vectors, int count, int address, int flags, int port, int received,
      int resultFlags) {
    int file = call.file(fd);
    int error = sock.receive(fd, vectors, count, flags, received, resultFlags);
    return error != Errno.SUCCESS ? error : writeAddress(address, port, sockets.peerPort(files.target(file)));
  }

  /** Sends as {@code sock_send} does: a stream goes where it is connected, whatever address is named. */
  public int sendTo(int fd, int vectors, int count, int address, int port, int flags, int sent) {
    return sock.send(fd, vectors, count, flags, sent);
  }

  /** Writes an option, 4 bytes, and how many they are. ENOPROTOOPT for one that there is not. */
  public int getOption(int fd, int level, int name, int value, int size) {
    int file = call.file(fd);
    int error = sock.check(file, 0);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if (!guest.contains(size, 4) || !guest.contains(value, 4)) {
      return Errno.EFAULT;
    }
    if (getInt(size) < 4) {
      return Errno.EINVAL;
    }
    int socket = files.target(file);
    int answer;
    if (level == TCP && name == 1) {
      answer = 1;
    } else if (level != SOL_SOCKET) {
      return Errno.ENOPROTOOPT;
    } else {
      switch (name) {
        case SO_REUSEADDR:
          answer = sockets.reusesAddress(socket) ? 1 : 0;
          break;
        case SO_TYPE:
          answer = STREAM;
          break;
        case SO_ERROR:
          answer = sockets.takeError(socket);
          break;
        case SO_SNDBUF:
        case SO_RCVBUF:
          answer = Sockets.BUFFER;
          break;
        case SO_KEEPALIVE:
          answer = 0;
          break;
        case SO_ACCEPTCONN:
          answer = sockets.state(socket) == Sockets.LISTENING ? 1 : 0;
          break;
        default:
          return Errno.ENOPROTOOPT;
      }
    }
    guest.putInt(value, answer);
    return putInt(size, 4);
  }

  /** Sets an option. Sizes of buffers, keep-alive and TCP's own are taken and change nothing; time-outs are ENOPROTOOPT. */
  public int setOption(int fd, int level, int name, int value, int size) {
    int file = call.file(fd);
    int error = sock.check(file, 0);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if (!guest.contains(value, size)) {
      return Errno.EFAULT;
    }
    if (size < 4) {
      return Errno.EINVAL;
    }
    if (level == TCP) {
      return Errno.SUCCESS;
    }
    if (level != SOL_SOCKET) {
      return Errno.ENOPROTOOPT;
    }
    switch (name) {
      case SO_REUSEADDR:
        sockets.setReuseAddress(files.target(file), getInt(value) != 0);
        return Errno.SUCCESS;
      case SO_SNDBUF:
      case SO_RCVBUF:
      case SO_KEEPALIVE:
        return Errno.SUCCESS;
      default:
        return Errno.ENOPROTOOPT;
    }
  }

  /**
   * Finds the address of a host: of this OS by any name, of others if the name is an IPv4 address itself. The guest has made
   * a list of {@code most} records for the answer; one is filled in.
   *
   * @param results where the address of the first record stands
   * @param count where the number of results goes
   * @return 0, or {@link #NO_NAME} for a name that would have to be looked up: connect by {@code /dev/tcp} instead
   */
  public int getAddressInfo(int node, int nodeLength, int service, int serviceLength, int hints, int results, int most,
      int count) {
    if (nodeLength < 0 || nodeLength > LONGEST_NAME || serviceLength < 0 || serviceLength > LONGEST_NAME || most < 1) {
      return Errno.EINVAL;
    }
    if (!guest.contains(node, nodeLength) || !guest.contains(service, serviceLength) || !guest.contains(results, 4)
        || !guest.contains(count, 4)) {
      return Errno.EFAULT;
    }
    String name = text(node, nodeLength);
    int port = number(text(service, serviceLength), 65_535);
    int address = Hosts.isThis(name) ? LOOPBACK : addressOf(name);
    if (port < 0 || address == 0) {
      return NO_NAME;
    }
    int info = getInt(results);
    if (!guest.copyIn(record, info, ADDRESS_INFO)) {
      return Errno.EFAULT;
    }
    int socketAddress = memory.getInt(record + 12);
    memory.putShort(record, 0);
    memory.putByte(record + 2, INET4);
    memory.putByte(record + 3, STREAM);
    // IPPROTO_TCP, and the bytes that fill up behind it.
    memory.putInt(record + 4, 1);
    memory.putInt(record + 8, SOCKET_ADDRESS + 4);
    memory.putInt(record + 20, 0);
    memory.putInt(record + 24, 0);
    if (!guest.copyOut(info, record, ADDRESS_INFO) || !guest.copyIn(record, socketAddress, SOCKET_ADDRESS)) {
      return Errno.EFAULT;
    }
    int data = memory.getInt(record + 8);
    memory.putByte(record, INET4);
    memory.putInt(record + 4, 14);
    if (!guest.contains(data, 14) || !guest.copyOut(socketAddress, record, SOCKET_ADDRESS)) {
      return Errno.EFAULT;
    }
    // As in a sockaddr_in: the port, highest byte first, and the address.
    memory.fill(record, 0, 14);
    memory.putByte(record, port >> 8);
    memory.putByte(record + 1, port & 0xff);
    memory.putInt(record + 2, address);
    guest.copyOut(data, record, 14);
    return putInt(count, 1);
  }

  private String text(int pointer, int length) {
    guest.copyIn(record, pointer, length);
    int end = length;
    while (end > 0 && memory.getByte(record + end - 1) == 0) {
      end--;
    }
    byte[] bytes = new byte[end];
    for (int i = 0; i < end; i++) {
      bytes[i] = (byte) memory.getByte(record + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A dotted quad, lowest byte first; 0 for all else. */
  private static int addressOf(String name) {
    int address = 0;
    int from = 0;
    for (int part = 0; part < 4; part++) {
      int dot = part == 3 ? name.length() : name.indexOf('.', from);
      int value = dot <= from ? -1 : number(name.substring(from, dot), 255);
      if (value < 0) {
        return 0;
      }
      address |= value << 8 * part;
      from = dot + 1;
    }
    return address;
  }

  /** A number in digits, 0 for none; -1 for what is no number up to {@code most}. */
  private static int number(String text, int most) {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = 10 * number + c - '0';
      if (number > most) {
        return -1;
      }
    }
    return number;
  }
}
