package dev.samovar.kernel.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Sockets against a plain model of TCP on one host: strings on their way, and who has closed what. */
class SocketModelTest {
  private static final int PID = 7;
  private static final int SLOTS = 5;
  /** Two of them, so that they are often taken. */
  private static final int FIRST_PORT = 8000;

  enum What { CREATE, BIND, LISTEN, CONNECT, ACCEPT, SEND, RECEIVE, SHUTDOWN, CLOSE }

  /** What is done to the socket of a slot; what {@code number} means depends on it. */
  record Call(What what, int slot, int number) {}

  /** One way of a connection. */
  private static final class Way {
    final StringBuilder bytes = new StringBuilder();
    boolean noReader;
    boolean noWriter;
    boolean reset;
  }

  private static final class Model {
    final Socket[] slots = new Socket[SLOTS];

    static final class Socket {
      int state = Sockets.NEW;
      int port;
      int backlog;
      final Deque<Socket> waiting = new ArrayDeque<>();
      Way in;
      Way out;
      boolean shutRead;
      boolean shutWrite;
    }

    private Socket holder(int port) {
      for (Socket each : slots) {
        if (each != null && each.port == port && (each.state == Sockets.BOUND || each.state == Sockets.LISTENING)) {
          return each;
        }
      }
      return null;
    }

    String call(Call call, String bytes) {
      Socket socket = slots[call.slot];
      if (call.what == What.CREATE) {
        slots[call.slot] = socket == null ? new Socket() : socket;
        return "made";
      }
      if (socket == null) {
        return "none";
      }
      switch (call.what) {
        case BIND:
          if (socket.state != Sockets.NEW) {
            return "EINVAL";
          }
          if (holder(FIRST_PORT + call.number % 2) != null) {
            return "EADDRINUSE";
          }
          socket.state = Sockets.BOUND;
          socket.port = FIRST_PORT + call.number % 2;
          return "SUCCESS";
        case LISTEN:
          if (socket.state == Sockets.CONNECTED) {
            return "EISCONN";
          }
          socket.state = Sockets.LISTENING;
          socket.backlog = 1 + call.number % 2;
          return "SUCCESS";
        case CONNECT:
          return connect(socket, FIRST_PORT + call.number % 2);
        case ACCEPT:
          return accept(socket);
        case SEND:
          return send(socket, bytes);
        case RECEIVE:
          return receive(socket, call.number);
        case SHUTDOWN:
          return shutdown(socket, 1 + call.number % 3);
        default:
          slots[call.slot] = null;
          close(socket);
          return "closed";
      }
    }

    private String connect(Socket socket, int port) {
      if (socket.state == Sockets.CONNECTED || socket.state == Sockets.LISTENING) {
        return socket.state == Sockets.CONNECTED ? "EISCONN" : "EINVAL";
      }
      Socket listener = holder(port);
      if (listener == null || listener.state != Sockets.LISTENING) {
        return "ECONNREFUSED";
      }
      if (listener.waiting.size() >= listener.backlog) {
        return "EAGAIN";
      }
      Socket other = new Socket();
      socket.in = new Way();
      socket.out = new Way();
      other.in = socket.out;
      other.out = socket.in;
      socket.state = Sockets.CONNECTED;
      other.state = Sockets.CONNECTED;
      listener.waiting.add(other);
      return "SUCCESS";
    }

    private String accept(Socket socket) {
      if (socket.state != Sockets.LISTENING) {
        return "EINVAL";
      }
      if (socket.waiting.isEmpty()) {
        return "EAGAIN";
      }
      for (int i = 0; i < SLOTS; i++) {
        if (slots[i] == null) {
          slots[i] = socket.waiting.remove();
          return "accepted";
        }
      }
      close(socket.waiting.remove());
      return "accepted";
    }

    private static String send(Socket socket, String bytes) {
      if (socket.state != Sockets.CONNECTED) {
        return "ENOTCONN";
      }
      if (socket.shutWrite || socket.out.noReader) {
        return "EPIPE";
      }
      int room = Sockets.BUFFER - socket.out.bytes.length();
      if (room < (bytes.length() <= 4096 ? bytes.length() : 1)) {
        return "EAGAIN";
      }
      int n = Math.min(room, bytes.length());
      socket.out.bytes.append(bytes, 0, n);
      return String.valueOf(n);
    }

    private static String receive(Socket socket, int most) {
      if (socket.state != Sockets.CONNECTED) {
        return "ENOTCONN";
      }
      if (socket.shutRead) {
        return "";
      }
      int n = Math.min(most, socket.in.bytes.length());
      if (n == 0) {
        return !socket.in.noWriter ? "EAGAIN" : socket.in.reset ? "ECONNRESET" : "";
      }
      String taken = socket.in.bytes.substring(0, n);
      socket.in.bytes.delete(0, n);
      return taken;
    }

    private static String shutdown(Socket socket, int how) {
      if (socket.state != Sockets.CONNECTED) {
        return "ENOTCONN";
      }
      if ((how & Sockets.SHUT_WRITE) != 0) {
        socket.shutWrite = true;
        socket.out.noWriter = true;
      }
      if ((how & Sockets.SHUT_READ) != 0) {
        socket.shutRead = true;
        socket.in.noReader = true;
      }
      return "SUCCESS";
    }

    private static void close(Socket socket) {
      for (Socket waiting : socket.waiting) {
        waiting.out.reset = true;
        close(waiting);
      }
      if (socket.state == Sockets.CONNECTED) {
        socket.out.reset |= !socket.shutWrite && !socket.shutRead && socket.in.bytes.length() > 0;
        shutdown(socket, 3);
      }
    }
  }

  /** The same calls of the kernel. */
  private static final class Caller {
    final Kernel kernel;
    final int[] slots = new int[SLOTS];

    Caller(Kernel kernel) {
      this.kernel = kernel;
    }

    String call(Call call, String bytes) {
      Sockets sockets = kernel.sockets;
      int socket = slots[call.slot];
      Buffers buffers = new Buffers(kernel);
      if (call.what == What.CREATE) {
        slots[call.slot] = socket == 0 ? sockets.create(PID) : socket;
        return "made";
      }
      if (socket == 0) {
        return "none";
      }
      switch (call.what) {
        case BIND:
          return Errno.nameOf(sockets.bind(socket, FIRST_PORT + call.number % 2));
        case LISTEN:
          return Errno.nameOf(sockets.listen(socket, 1 + call.number % 2));
        case CONNECT:
          return Errno.nameOf(sockets.connect(socket, FIRST_PORT + call.number % 2, true));
        case ACCEPT:
          return accept(sockets.accept(socket, PID, true));
        case SEND:
          buffers.of(bytes.getBytes(StandardCharsets.US_ASCII));
          int sent = sockets.send(socket, buffers.vectors(), buffers.total(), true);
          return sent < 0 ? Errno.nameOf(-sent) : String.valueOf(sent);
        case RECEIVE:
          buffers.room(call.number);
          int taken = sockets.receive(socket, buffers.vectors(), buffers.total(), true);
          return taken < 0 ? Errno.nameOf(-taken) : new String(buffers.taken(taken), StandardCharsets.US_ASCII);
        case SHUTDOWN:
          return Errno.nameOf(sockets.shutdown(socket, 1 + call.number % 3));
        default:
          slots[call.slot] = 0;
          sockets.close(socket);
          return "closed";
      }
    }

    private String accept(int taken) {
      if (taken < 0) {
        return Errno.nameOf(-taken);
      }
      for (int i = 0; i < SLOTS; i++) {
        if (slots[i] == 0) {
          slots[i] = taken;
          return "accepted";
        }
      }
      kernel.sockets.close(taken);
      return "accepted";
    }
  }

  @Provide
  Arbitrary<List<Call>> calls() {
    Arbitrary<What> what = Arbitraries.frequency(
        Tuple.of(4, What.CREATE), Tuple.of(2, What.BIND), Tuple.of(2, What.LISTEN),
        Tuple.of(5, What.CONNECT), Tuple.of(4, What.ACCEPT), Tuple.of(6, What.SEND),
        Tuple.of(6, What.RECEIVE), Tuple.of(1, What.SHUTDOWN), Tuple.of(1, What.CLOSE));
    return Combinators.combine(what, Arbitraries.integers().between(0, SLOTS - 1), Arbitraries.of(1, 2, 3, 700, 4096, 20_001))
        .as(Call::new).list().ofMinSize(20).ofMaxSize(120);
  }

  @Property(tries = 300)
  void everyAnswerIsThatOfTheModel(@ForAll("calls") List<Call> calls) {
    Machine machine = new Machine(8);
    Machine.Usage atFirst = machine.usage();
    Model model = new Model();
    Caller caller = new Caller(machine.kernel);
    int sent = 0;
    for (Call call : calls) {
      String bytes = String.valueOf((char) ('a' + sent++ % 26)).repeat(call.number);
      assertEquals(model.call(call, bytes), caller.call(call, bytes), call::toString);
    }
    assertEquals(List.of(), machine.check(ledger -> {
      for (int socket : caller.slots) {
        if (socket != 0) {
          machine.kernel.sockets.checkHeld(socket, ledger);
        }
      }
    }));
    for (int slot = 0; slot < SLOTS; slot++) {
      caller.call(new Call(What.CLOSE, slot, 0), "");
    }
    assertEquals(List.of(), machine.check());
    assertEquals(atFirst, machine.usage());
  }
}
