package dev.samovar.kernel.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.memory.Sleeper;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Several threads use one socket, and shut and close it while others are in the middle of a call on it. */
class SocketLifetimeTest {
  private static final int PORT = 8000;
  private static final int PID = 7;
  private static final int ROUNDS = 400;

  private final Machine machine = new Machine(16);
  private final Kernel[] workers = machine.nervousWorkers(6);
  private final Kernel kernel = machine.kernel;
  private final Machine.Usage atFirst = machine.usage();

  private int listener() {
    int listener = kernel.sockets.create(PID);
    assertEquals(Errno.SUCCESS, kernel.sockets.bind(listener, PORT));
    assertEquals(Errno.SUCCESS, kernel.sockets.listen(listener, 8));
    return listener;
  }

  private int connected() {
    int socket = kernel.sockets.create(PID);
    assertEquals(Errno.SUCCESS, kernel.sockets.connect(socket, PORT, true));
    return socket;
  }

  private int file(int socket) {
    return kernel.openFiles.ofSocket(socket, 0, Rights.SOCKET);
  }

  /** Reads on until there is an end, or an error. */
  private static int drain(Kernel by, int file) {
    Buffers buffers = new Buffers(by).room(700);
    int n;
    do {
      n = by.openFiles.read(file, buffers.vectors(), 1, buffers.total());
    } while (n > 0);
    return n;
  }

  private static int flood(Kernel by, int file) {
    Buffers buffers = new Buffers(by).of(new byte[700]);
    int n;
    do {
      n = by.openFiles.write(file, buffers.vectors(), 1, buffers.total());
    } while (n > 0);
    return n;
  }

  private static void poll(Kernel by, int file) {
    int socket = by.openFiles.target(file);
    int pipe = by.sockets.receivePipe(socket);
    while (pipe != 0 && by.pipes.hasWriters(pipe) && by.pipes.hasReaders(pipe)) {
      by.sleeper.beginPoll(by.pipes.readQueue(pipe));
      by.pipes.available(pipe);
      by.sleeper.endPoll(by.pipes.readQueue(pipe));
      Thread.yield();
    }
  }

  @Test
  void whatIsInUseIsShutAndClosed() {
    int listener = listener();
    for (int round = 0; round < ROUNDS; round++) {
      int client = file(connected());
      int server = file(kernel.sockets.accept(listener, PID, true));
      int how = round % 3 + 1;
      int end = round % 4 < 2 ? client : server;
      // As a system call of a process with threads holds what it uses; who is the last to let go closes.
      for (int i = 1; i < 5; i++) {
        kernel.openFiles.hold(client);
        kernel.openFiles.hold(server);
      }
      Together.run(5, index -> {
        Kernel mine = workers[index];
        switch (index) {
          case 0:
            assertEquals(-Errno.EPIPE, flood(mine, client));
            break;
          case 1:
            assertEquals(0, drain(mine, server));
            break;
          case 2:
            poll(mine, end);
            break;
          case 3:
            mine.sockets.shutdown(mine.openFiles.target(client), how);
            mine.sockets.shutdown(mine.openFiles.target(server), 3);
            break;
          default:
            mine.sockets.shutdown(mine.openFiles.target(client), Sockets.SHUT_WRITE);
            break;
        }
        mine.openFiles.close(client);
        mine.openFiles.close(server);
      });
    }
    kernel.sockets.close(listener);
    assertEquals(List.of(), machine.check());
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void twoThreadsConnectOneSocket() {
    int listener = listener();
    for (int round = 0; round < ROUNDS; round++) {
      int socket = kernel.sockets.create(PID);
      AtomicInteger connected = new AtomicInteger();
      Together.run(3, index -> {
        int error = workers[index].sockets.connect(socket, PORT, true);
        if (error == Errno.SUCCESS) {
          connected.incrementAndGet();
        } else {
          assertEquals(Errno.EISCONN, error);
        }
      });
      assertEquals(1, connected.get());
      kernel.sockets.close(kernel.sockets.accept(listener, PID, true));
      assertEquals(-Errno.EAGAIN, kernel.sockets.accept(listener, PID, true));
      kernel.sockets.close(socket);
    }
    kernel.sockets.close(listener);
    assertEquals(List.of(), machine.check());
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void aListenerGoesWhileOthersConnectAndAccept() {
    for (int round = 0; round < ROUNDS; round++) {
      int listener = file(listener());
      kernel.openFiles.hold(listener);
      Together.run(4, index -> {
        Kernel mine = workers[index];
        switch (index) {
          case 0:
            for (int i = 0; i < 4; i++) {
              int taken = mine.sockets.accept(mine.openFiles.target(listener), PID, true);
              if (taken > 0) {
                mine.sockets.close(taken);
              }
            }
            mine.openFiles.close(listener);
            break;
          case 1:
            Thread.yield();
            mine.openFiles.close(listener);
            break;
          default:
            int socket = mine.sockets.create(PID);
            for (int error = mine.sockets.connect(socket, PORT, false); error == Errno.SUCCESS;
                error = mine.sockets.connect(socket, PORT, false)) {
              assertTrue(drainSocket(mine, socket) <= 0);
              mine.sockets.close(socket);
              socket = mine.sockets.create(PID);
            }
            mine.sockets.close(socket);
            break;
        }
      });
    }
    assertEquals(List.of(), machine.check());
    assertEquals(atFirst, machine.usage());
  }

  private static int drainSocket(Kernel by, int socket) {
    Buffers buffers = new Buffers(by).room(1);
    return by.sockets.receive(socket, buffers.vectors(), 1, false);
  }

  private int nextRequest() {
    int[] request = new int[1];
    Together.await("somebody asks", () -> {
      int watch = kernel.watches.take();
      request[0] = watch == 0 || kernel.watches.kind(watch) != Outside.WATCH_OUTSIDE ? 0 : kernel.watches.subject(watch);
      return request[0] != 0;
    });
    return request[0];
  }

  private int outside(Kernel by, int socket, boolean nonBlocking) {
    machine.memory.putByte(by.arena, 'h');
    return by.sockets.connectOutside(socket, by.arena, 1, 443, nonBlocking);
  }

  @Test
  void theKernelWorkerMakesConnectionsToOtherHosts() {
    int socket = kernel.sockets.create(PID);
    Together.run(2, index -> {
      if (index == 0) {
        assertEquals(Errno.SUCCESS, outside(workers[0], socket, false));
        return;
      }
      int request = nextRequest();
      assertEquals("h", kernel.sockets.outside().host(request));
      assertEquals(443, kernel.sockets.outside().port(request));
      assertEquals(PID, kernel.sockets.outside().owner(request));
      assertEquals(List.of(), machine.check(ledger -> kernel.sockets.checkHeld(socket, ledger)));
      int far = kernel.sockets.grant(request);
      assertEquals(PID, kernel.sockets.peerOwner(far));
      kernel.sockets.close(far);
    });
    assertEquals(Sockets.CONNECTED, kernel.sockets.state(socket));
    assertEquals(0, drainSocket(kernel, socket));
    assertEquals(List.of(), machine.check(ledger -> kernel.sockets.checkHeld(socket, ledger)));
    kernel.sockets.close(socket);

    int refused = kernel.sockets.create(PID);
    assertEquals(Errno.EINPROGRESS, outside(workers[0], refused, true));
    assertEquals(Errno.EALREADY, kernel.sockets.connect(refused, PORT, true));
    assertEquals(-Errno.EAGAIN, drainSocket(kernel, refused));
    kernel.sockets.refuse(nextRequest(), Errno.EHOSTUNREACH);
    assertEquals(-Errno.EHOSTUNREACH, drainSocket(kernel, refused));
    assertEquals(-Errno.ENOTCONN, drainSocket(kernel, refused));
    kernel.sockets.close(refused);

    int abandoned = kernel.sockets.create(PID);
    assertEquals(Errno.EINPROGRESS, outside(workers[0], abandoned, true));
    int request = nextRequest();
    kernel.sockets.close(abandoned);
    assertEquals(request, nextRequest());
    assertTrue(kernel.sockets.outside().isAbandoned(request));
    assertEquals(List.of(), machine.check());
    assertEquals(0, kernel.sockets.grant(request));
    assertEquals(List.of(), machine.check());
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void anAnswerMeetsACloseAndAKill() {
    for (int round = 0; round < ROUNDS; round++) {
      boolean kills = round % 2 == 0;
      boolean grants = round % 4 < 2;
      int socket = kernel.sockets.create(PID);
      int record = kernel.process.workers.slot(1);
      int state = machine.memory.getIntVolatile(record + Sleeper.STATE);
      Together.run(3, index -> {
        switch (index) {
          case 0:
            outside(workers[0], socket, !kills);
            workers[0].sockets.close(socket);
            break;
          case 1:
            int request = nextRequest();
            if (grants) {
              int far = kernel.sockets.grant(request);
              if (far > 0) {
                kernel.sockets.close(far);
              }
            } else {
              kernel.sockets.refuse(request, Errno.ECONNREFUSED);
            }
            break;
          default:
            if (kills) {
              machine.memory.getAndOr(record + Sleeper.STATE, Sleeper.KILL_PENDING);
              int queue = machine.memory.getIntVolatile(record + Sleeper.WAITS_ON);
              if (queue != 0) {
                machine.memory.getAndAdd(queue, 1);
                machine.memory.wakeAll(queue);
              }
            }
            break;
        }
      });
      machine.memory.putIntVolatile(record + Sleeper.STATE, state);
    }
    assertEquals(List.of(), machine.check());
    assertEquals(atFirst, machine.usage());
  }
}
