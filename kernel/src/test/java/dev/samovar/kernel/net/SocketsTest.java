package dev.samovar.kernel.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.memory.Sleeper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SocketsTest {
  private static final int PORT = 8000;
  private static final int PID = 7;

  private final Machine machine = new Machine(16);
  private final Kernel[] workers = machine.workers(6);
  private final Kernel kernel = workers[0];
  private final Machine.Usage atFirst = machine.usage();

  private int listener(int backlog) {
    int listener = kernel.sockets.create(PID);
    assertEquals(Errno.SUCCESS, kernel.sockets.bind(listener, PORT));
    assertEquals(Errno.SUCCESS, kernel.sockets.listen(listener, backlog));
    return listener;
  }

  private static int connected(Kernel by) {
    int socket = by.sockets.create(PID);
    assertEquals(Errno.SUCCESS, by.sockets.connect(socket, PORT, false));
    return socket;
  }

  private static int send(Kernel by, int socket, byte[] bytes) {
    Buffers buffers = new Buffers(by).of(bytes);
    return by.sockets.send(socket, buffers.vectors(), buffers.total(), false);
  }

  private static String receive(Kernel by, int socket, int size) {
    Buffers buffers = new Buffers(by).room(size);
    int n = by.sockets.receive(socket, buffers.vectors(), buffers.total(), false);
    return n < 0 ? Errno.nameOf(-n) : new String(buffers.taken(n), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void awaitSleep(int worker) {
    int record = machine.kernel.process.workers.slot(worker + 1);
    Together.await("worker " + worker + " asleep",
        () -> machine.memory.getIntVolatile(record + Sleeper.WAITS_ON) != 0);
  }

  @Test
  void whoComesFromOutsideWaitsAtASmallBacklog() {
    int listener = listener(1);
    List<Integer> clients = new ArrayList<>();
    int error = Errno.SUCCESS;
    while (error == Errno.SUCCESS) {
      clients.add(kernel.sockets.create(PID));
      error = kernel.sockets.connectFromOutside(clients.get(clients.size() - 1), PORT);
    }
    assertEquals(Errno.EAGAIN, error);
    assertEquals(128 + 1, clients.size());
    int inside = clients.get(128);
    for (int i = 0; i < 128; i++) {
      assertEquals(Errno.EAGAIN, kernel.sockets.connect(inside, PORT, true), "with " + (128 - i) + " waiting");
      clients.add(kernel.sockets.accept(listener, PID, true));
    }
    assertEquals(Errno.SUCCESS, kernel.sockets.connect(inside, PORT, true));
    clients.forEach(kernel.sockets::close);
    kernel.sockets.close(listener);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void bytesGoBothWaysAndEachWayEndsByItself() {
    int listener = listener(5);
    int client = connected(kernel);
    int server = kernel.sockets.accept(listener, PID, true);
    assertEquals(5, send(kernel, client, bytes("hello")));
    assertEquals("hello", receive(kernel, server, 100));
    assertEquals(Errno.SUCCESS, kernel.sockets.shutdown(client, Sockets.SHUT_WRITE));
    assertEquals("", receive(kernel, server, 100), "the end of what the client sends");
    assertEquals(-Errno.EPIPE, send(kernel, client, bytes("more")));
    assertEquals(6, send(kernel, server, bytes("answer")), "the other way is open");
    assertEquals("answer", receive(kernel, client, 100));
    kernel.sockets.close(server);
    assertEquals("", receive(kernel, client, 100));
    kernel.sockets.close(client);
    kernel.sockets.close(listener);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void bothEndsKnowTheirPorts() {
    int listener = listener(5);
    int client = connected(kernel);
    int server = kernel.sockets.accept(listener, 9, true);
    assertEquals(PORT, kernel.sockets.peerPort(client));
    assertEquals(PORT, kernel.sockets.localPort(server));
    assertTrue(kernel.sockets.localPort(client) >= 49_152);
    assertEquals(kernel.sockets.localPort(client), kernel.sockets.peerPort(server));
    assertEquals(9, kernel.sockets.owner(server));
    kernel.sockets.close(server);
    kernel.sockets.close(client);
    kernel.sockets.close(listener);
  }

  @Test
  void aPortIsTakenOnce() {
    int listener = listener(5);
    int other = kernel.sockets.create(PID);
    assertEquals(Errno.EADDRINUSE, kernel.sockets.bind(other, PORT));
    assertEquals(Errno.EINVAL, kernel.sockets.bind(other, 65_536));
    assertEquals(Errno.EINVAL, kernel.sockets.bind(other, -1));
    assertEquals(Errno.SUCCESS, kernel.sockets.bind(other, 0));
    assertTrue(kernel.sockets.localPort(other) >= 49_152);
    assertEquals(Errno.EINVAL, kernel.sockets.bind(other, 9000), "it has a port");
    kernel.sockets.close(listener);
    int again = listener(5);
    kernel.sockets.close(again);
    kernel.sockets.close(other);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void whereNobodyListensConnectionsAreRefused() {
    int socket = kernel.sockets.create(PID);
    assertEquals(Errno.ECONNREFUSED, kernel.sockets.connect(socket, PORT, false));
    int bound = kernel.sockets.create(PID);
    assertEquals(Errno.SUCCESS, kernel.sockets.bind(bound, PORT));
    assertEquals(Errno.ECONNREFUSED, kernel.sockets.connect(socket, PORT, false), "bound is not listening");
    assertEquals("ENOTCONN", receive(kernel, socket, 10));
    assertEquals(-Errno.ENOTCONN, send(kernel, socket, bytes("x")));
    assertEquals(Errno.ENOTCONN, kernel.sockets.shutdown(socket, Sockets.SHUT_WRITE));
    assertEquals(-Errno.EINVAL, kernel.sockets.accept(socket, PID, true));
    kernel.sockets.close(socket);
    kernel.sockets.close(bound);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void aConnectedSocketIsNotConnectedAgain() {
    int listener = listener(5);
    int client = connected(kernel);
    assertEquals(Errno.EISCONN, kernel.sockets.connect(client, PORT, false));
    assertEquals(Errno.EISCONN, kernel.sockets.listen(client, 1));
    assertEquals(Errno.EINVAL, kernel.sockets.connect(listener, PORT, false));
    kernel.sockets.close(client);
    kernel.sockets.close(listener);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void whoConnectsToAFullQueueWaitsForAnAccept() {
    int listener = listener(1);
    int first = connected(kernel);
    int hasty = kernel.sockets.create(PID);
    assertEquals(Errno.EAGAIN, kernel.sockets.connect(hasty, PORT, true));
    kernel.sockets.close(hasty);
    int[] second = new int[1];
    Together.run(2, index -> {
      if (index == 0) {
        second[0] = connected(workers[1]);
      } else {
        awaitSleep(1);
        kernel.sockets.close(workers[2].sockets.accept(listener, PID, false));
      }
    });
    assertEquals("", receive(kernel, first, 1));
    kernel.sockets.close(kernel.sockets.accept(listener, PID, true));
    kernel.sockets.close(first);
    kernel.sockets.close(second[0]);
    kernel.sockets.close(listener);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void whoDoesNotWaitIsConnectedOnceThereIsRoom() {
    int listener = listener(1);
    int first = connected(kernel);
    int[] later = {later(), later(), later()};
    assertTrue(kernel.sockets.isConnecting(later[0]));
    assertEquals(0, kernel.sockets.peerPort(later[0]));
    assertEquals(Errno.EALREADY, kernel.sockets.connect(later[0], PORT, true));
    kernel.sockets.close(kernel.sockets.accept(listener, PID, true));
    assertFalse(kernel.sockets.isConnecting(later[0]));
    assertEquals(Sockets.CONNECTED, kernel.sockets.state(later[0]));
    assertTrue(kernel.sockets.isConnecting(later[1]));
    Together.run(2, index -> {
      if (index == 0) {
        assertEquals("hello", receive(workers[1], later[1], 5));
      } else {
        awaitSleep(1);
        kernel.sockets.close(workers[2].sockets.accept(listener, PID, false));
        int second = workers[2].sockets.accept(listener, PID, false);
        send(workers[2], second, bytes("hello"));
        kernel.sockets.close(second);
      }
    });
    int full = connected(kernel);
    assertTrue(kernel.sockets.isConnecting(later[2]));
    kernel.sockets.close(later());
    kernel.sockets.close(listener);
    assertEquals(Errno.ECONNREFUSED, kernel.sockets.takeError(later[2]));
    assertEquals(Sockets.NEW, kernel.sockets.state(later[2]));
    for (int socket : new int[] {first, full, later[0], later[1], later[2]}) {
      kernel.sockets.close(socket);
    }
    assertEquals(atFirst, machine.usage());
  }

  private int later() {
    int socket = kernel.sockets.create(PID);
    assertEquals(Errno.EAGAIN, kernel.sockets.connect(socket, PORT, true));
    assertEquals(Errno.EINPROGRESS, kernel.sockets.connectLater(socket, PORT));
    return socket;
  }

  @Test
  void whoWaitsAtAListenerThatGoesIsRefused() {
    int listener = listener(1);
    int first = connected(kernel);
    Together.run(2, index -> {
      if (index == 0) {
        int socket = workers[1].sockets.create(PID);
        assertEquals(Errno.ECONNREFUSED, workers[1].sockets.connect(socket, PORT, false));
        workers[1].sockets.close(socket);
      } else {
        awaitSleep(1);
        workers[2].sockets.close(listener);
      }
    });
    assertEquals("ECONNRESET", receive(kernel, first, 10), "it was in the queue");
    kernel.sockets.close(first);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void acceptSleepsUntilSomebodyConnects() {
    int listener = listener(5);
    assertEquals(-Errno.EAGAIN, kernel.sockets.accept(listener, PID, true));
    Together.run(2, index -> {
      if (index == 0) {
        int server = workers[1].sockets.accept(listener, PID, false);
        assertEquals("hi", receive(workers[1], server, 10));
        workers[1].sockets.close(server);
      } else {
        awaitSleep(1);
        int client = connected(workers[2]);
        send(workers[2], client, bytes("hi"));
        assertEquals("", receive(workers[2], client, 10));
        workers[2].sockets.close(client);
      }
    });
    kernel.sockets.close(listener);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void anEndThatGoesWithBytesUnreadResetsTheConnection() {
    int listener = listener(5);
    int client = connected(kernel);
    int server = kernel.sockets.accept(listener, PID, true);
    send(kernel, server, bytes("last words"));
    send(kernel, client, bytes("never read"));
    kernel.sockets.close(server);
    assertEquals("last words", receive(kernel, client, 100));
    assertEquals("ECONNRESET", receive(kernel, client, 100));
    assertEquals(-Errno.EPIPE, send(kernel, client, bytes("more")));
    kernel.sockets.close(client);
    kernel.sockets.close(listener);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void aLookAtWhatCameLeavesItThere() {
    int listener = listener(5);
    int client = connected(kernel);
    int server = kernel.sockets.accept(listener, PID, true);
    send(kernel, client, bytes("hello"));
    Buffers buffers = new Buffers(kernel).room(3);
    assertEquals(3, kernel.sockets.peek(server, buffers.vectors(), 3, true));
    assertArrayEquals(bytes("hel"), buffers.taken(3));
    assertEquals("hello", receive(kernel, server, 100));
    assertEquals(-Errno.EAGAIN, kernel.sockets.peek(server, buffers.vectors(), 3, true));
    kernel.sockets.close(client);
    kernel.sockets.close(server);
    kernel.sockets.close(listener);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void listeningPortsAreListedInOrder() {
    int[] ports = {9000, 80, 8080};
    int[] listeners = new int[ports.length];
    for (int i = 0; i < ports.length; i++) {
      listeners[i] = kernel.sockets.create(100 + i);
      kernel.sockets.bind(listeners[i], ports[i]);
      kernel.sockets.listen(listeners[i], 1);
    }
    int bound = kernel.sockets.create(PID);
    kernel.sockets.bind(bound, 8500);
    assertEquals(80, kernel.sockets.nextListening(0));
    assertEquals(101, kernel.sockets.foundOwner());
    assertEquals(8080, kernel.sockets.nextListening(80));
    assertEquals(9000, kernel.sockets.nextListening(8080));
    assertEquals(0, kernel.sockets.nextListening(9000));
    for (int listener : listeners) {
      kernel.sockets.close(listener);
    }
    kernel.sockets.close(bound);
    assertEquals(0, kernel.sockets.nextListening(0));
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void manyConnectAndAreServedAtOnce() {
    int listener = listener(3);
    int clients = 4;
    int rounds = 300;
    AtomicInteger served = new AtomicInteger();
    Together.run(clients + 2, index -> {
      Kernel mine = workers[index];
      if (index < clients) {
        for (int i = 0; i < rounds; i++) {
          int socket = connected(mine);
          byte[] text = bytes(index + ":" + i);
          assertEquals(text.length, send(mine, socket, text));
          mine.sockets.shutdown(socket, Sockets.SHUT_WRITE);
          assertEquals(index + ":" + i, receive(mine, socket, 100));
          assertEquals("", receive(mine, socket, 100));
          mine.sockets.close(socket);
        }
      } else {
        while (served.getAndIncrement() < clients * rounds) {
          int socket = mine.sockets.accept(listener, PID, false);
          assertTrue(socket > 0, () -> Errno.nameOf(-socket));
          String text = receive(mine, socket, 100);
          assertNotEquals("", text);
          send(mine, socket, bytes(text));
          assertEquals("", receive(mine, socket, 100));
          mine.sockets.close(socket);
        }
      }
    });
    assertFalse(kernel.sockets.canAccept(listener));
    kernel.sockets.close(listener);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void aKilledThreadLeavesItsSleep() {
    int listener = listener(1);
    int first = connected(kernel);
    int empty = kernel.sockets.create(PID);
    kernel.sockets.bind(empty, 9000);
    kernel.sockets.listen(empty, 1);
    int[] results = new int[2];
    Together.run(3, index -> {
      if (index == 0) {
        results[0] = workers[1].sockets.accept(empty, PID, false);
      } else if (index == 1) {
        int socket = workers[2].sockets.create(PID);
        results[1] = workers[2].sockets.connect(socket, PORT, false);
        workers[2].sockets.close(socket);
      } else {
        for (int worker = 1; worker <= 2; worker++) {
          awaitSleep(worker);
          int record = machine.kernel.process.workers.slot(worker + 1);
          machine.memory.getAndOr(record + Sleeper.STATE, Sleeper.KILL_PENDING);
          int queue = machine.memory.getIntVolatile(record + Sleeper.WAITS_ON);
          machine.memory.getAndAdd(queue, 1);
          machine.memory.wakeAll(queue);
        }
      }
    });
    assertArrayEquals(new int[] {-Errno.EINTR, Errno.EINTR}, results);
    kernel.sockets.close(first);
    kernel.sockets.close(listener);
    kernel.sockets.close(empty);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void tellsTheKernelWorkerOfConnectionsThatWait() {
    int own = kernel.sockets.create(1);
    kernel.sockets.watchAccepting(own, 99, own);
    assertEquals(Errno.SUCCESS, kernel.sockets.bind(own, PORT));
    assertEquals(Errno.SUCCESS, kernel.sockets.listen(own, 8));
    kernel.watches.take();
    int there = connected(workers[1]);
    int watch = kernel.watches.take();
    assertEquals(99, kernel.watches.kind(watch));
    assertEquals(own, kernel.watches.subject(watch));
    int here = kernel.sockets.accept(own, 1, true);
    assertEquals(PID, kernel.sockets.peerOwner(here));

    byte[] sent = bytes("filled in by the kernel worker");
    int pipe = kernel.sockets.sendPipe(here);
    assertTrue(kernel.pipes.vacantLength(pipe) >= sent.length);
    for (int i = 0; i < sent.length; i++) {
      kernel.memory.putByte(kernel.pipes.vacant(pipe) + i, sent[i]);
    }
    kernel.pipes.commit(pipe, sent.length);
    assertEquals("filled in by the kernel worker", receive(workers[1], there, 100));

    kernel.sockets.close(here);
    // Another one waits, and its watch is raised, while the listener goes.
    int late = connected(workers[1]);
    kernel.sockets.unwatchAccepting(own);
    kernel.sockets.close(own);
    assertEquals("ECONNRESET", receive(workers[1], late, 1));
    kernel.sockets.close(late);
    kernel.sockets.close(there);
    assertEquals(atFirst, machine.usage());
  }
}
