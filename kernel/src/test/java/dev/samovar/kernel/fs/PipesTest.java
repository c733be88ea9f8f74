package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.WaitQueue;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PipesTest {
  private static final int PAGE = 4096;

  private final Machine machine = new Machine(4);
  private final Kernel[] workers = machine.workers(6);
  private final Machine.Usage atFirst = machine.usage();

  private static int write(Kernel kernel, int pipe, boolean nonBlocking, byte[]... pieces) {
    Buffers buffers = new Buffers(kernel).of(pieces);
    return kernel.pipes.write(pipe, buffers.vectors(), buffers.total(), nonBlocking);
  }

  /** What one read brings: null at the end of the file. */
  private static byte[] read(Kernel kernel, int pipe, int... sizes) {
    Buffers buffers = new Buffers(kernel).room(sizes);
    int n = kernel.pipes.read(pipe, buffers.vectors(), buffers.total(), false);
    assertTrue(n >= 0, () -> Errno.nameOf(-n));
    return n == 0 ? null : buffers.taken(n);
  }

  private static int readNow(Kernel kernel, int pipe, int size) {
    Buffers buffers = new Buffers(kernel).room(size);
    return kernel.pipes.read(pipe, buffers.vectors(), buffers.total(), true);
  }

  private int pipe(int order) {
    return machine.kernel.pipes.create(order);
  }

  private void close(int pipe) {
    machine.kernel.pipes.closeReader(pipe);
    machine.kernel.pipes.closeWriter(pipe);
  }

  /** The byte at a place of the stream that the threads below send. */
  private static byte at(long place) {
    return (byte) (place * 31 + (place >>> 8));
  }

  private static byte[] piece(long from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = at(from + i);
    }
    return bytes;
  }

  @Test
  void bytesComeInOrderWhateverTheSizesOfWritesAndReads() {
    for (int order : new int[] {0, 2}) {
      int pipe = pipe(order);
      int total = 6_000_000;
      Together.run(2, index -> {
        Random random = new Random(index);
        Kernel mine = workers[index];
        long place = 0;
        if (index == 0) {
          while (place < total) {
            byte[] first = piece(place, random.nextInt(3_000));
            byte[] second = piece(place + first.length, random.nextInt(20_000));
            byte[] third = piece(place + first.length + second.length, random.nextInt(10));
            int n = write(mine, pipe, false, first, new byte[0], second, third);
            assertEquals(first.length + second.length + third.length, n);
            place += n;
          }
          mine.pipes.closeWriter(pipe);
        } else {
          byte[] got = read(mine, pipe, 1);
          while (got != null) {
            for (int i = 0; i < got.length; i++) {
              assertEquals(at(place + i), got[i], "byte " + (place + i));
            }
            place += got.length;
            got = read(mine, pipe, random.nextInt(50), 0, 1 + random.nextInt(9_000));
          }
          assertTrue(place >= total);
          mine.pipes.closeReader(pipe);
        }
      });
    }
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void vectorsWrapAroundTheRing() {
    int pipe = pipe(0);
    Kernel kernel = workers[0];
    for (int offset = 0; offset < PAGE; offset += 509) {
      assertEquals(2500, write(kernel, pipe, true, piece(0, 1000), piece(1000, 1), piece(1001, 1499)));
      assertArrayEquals(piece(0, 2500), read(kernel, pipe, 7, 0, 2000, 5000));
      assertEquals(509 + PAGE - 2500, write(kernel, pipe, true, new byte[509 + PAGE - 2500]));
      assertEquals(509 + PAGE - 2500, read(kernel, pipe, 2 * PAGE).length);
    }
    close(pipe);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void smallWritesOfManyAreNotTorn() {
    int pipe = pipe(0);
    int writers = 4;
    int rounds = 4_000;
    for (int i = 1; i < writers; i++) {
      machine.kernel.pipes.addWriter(pipe);
    }
    Together.run(writers + 1, index -> {
      Kernel mine = workers[index];
      if (index < writers) {
        Random random = new Random(index);
        for (int i = 0; i < rounds; i++) {
          // A record: its length in two bytes, then as many bytes of the writer's own.
          byte[] body = new byte[i == 0 ? Pipes.ATOMIC - 2 : random.nextInt(300)];
          Arrays.fill(body, (byte) index);
          byte[] head = {(byte) (body.length >>> 8), (byte) body.length};
          assertEquals(body.length + 2, write(mine, pipe, false, head, body));
        }
        mine.pipes.closeWriter(pipe);
        return;
      }
      int[] records = new int[writers];
      byte[] rest = {};
      for (byte[] got = read(mine, pipe, 8000); got != null; got = read(mine, pipe, 8000)) {
        byte[] all = Arrays.copyOf(rest, rest.length + got.length);
        System.arraycopy(got, 0, all, rest.length, got.length);
        int at = 0;
        while (at + 2 <= all.length) {
          int length = (all[at] & 0xff) << 8 | all[at + 1] & 0xff;
          if (at + 2 + length > all.length) {
            break;
          }
          for (int i = 1; i < length; i++) {
            assertEquals(all[at + 2], all[at + 2 + i], "a write was torn");
          }
          if (length > 0) {
            records[all[at + 2]]++;
          }
          at += 2 + length;
        }
        rest = Arrays.copyOfRange(all, at, all.length);
      }
      assertEquals(0, rest.length);
      for (int n : records) {
        assertTrue(n > rounds * 9 / 10 && n <= rounds, n + " records");
      }
      mine.pipes.closeReader(pipe);
    });
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void aWriterWithoutReadersIsTold() {
    int pipe = pipe(0);
    machine.kernel.pipes.closeReader(pipe);
    assertEquals(-Errno.EPIPE, write(workers[0], pipe, false, new byte[10]));
    assertEquals(-Errno.EPIPE, write(workers[0], pipe, false), "also when it writes nothing");
    machine.kernel.pipes.closeWriter(pipe);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void aSleepingWriterLearnsThatTheLastReaderWent() {
    int pipe = pipe(0);
    assertEquals(PAGE, write(workers[0], pipe, true, new byte[PAGE]));
    int[] results = new int[2];
    Together.run(2, index -> {
      if (index == 0) {
        results[0] = write(workers[0], pipe, false, new byte[100]);
        results[1] = write(workers[0], pipe, false, new byte[100]);
      } else {
        awaitSleep(1);
        workers[1].pipes.closeReader(pipe);
      }
    });
    assertArrayEquals(new int[] {-Errno.EPIPE, -Errno.EPIPE}, results);
    machine.kernel.pipes.closeWriter(pipe);
    assertEquals(atFirst, machine.usage());
  }

  private void awaitSleep(int slot) {
    int record = machine.kernel.process.workers.slot(slot);
    Together.await("slot " + slot + " asleep",
        () -> machine.memory.getIntVolatile(record + Sleeper.WAITS_ON) != 0);
  }

  @Test
  void whatIsLeftIsReadBeforeTheEndOfTheFile() {
    int pipe = pipe(0);
    write(workers[0], pipe, false, piece(0, 1000));
    workers[0].pipes.closeWriter(pipe);
    assertArrayEquals(piece(0, 600), read(workers[1], pipe, 600));
    assertArrayEquals(piece(600, 400), read(workers[1], pipe, 600));
    assertEquals(0, readNow(workers[1], pipe, 600));
    assertEquals(0, readNow(workers[1], pipe, 600));
    machine.kernel.pipes.closeReader(pipe);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void aSleepingReaderLearnsThatTheLastWriterWent() {
    int pipe = pipe(0);
    machine.kernel.pipes.addWriter(pipe);
    Together.run(2, index -> {
      if (index == 0) {
        assertEquals(null, read(workers[0], pipe, 10));
      } else {
        workers[1].pipes.closeWriter(pipe);
        awaitSleep(1);
        workers[1].pipes.closeWriter(pipe);
      }
    });
    machine.kernel.pipes.closeReader(pipe);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void whoMustNotWaitIsToldToComeAgain() {
    int pipe = pipe(0);
    Kernel kernel = workers[0];
    assertEquals(-Errno.EAGAIN, readNow(kernel, pipe, 10));
    assertEquals(-Errno.EAGAIN, readNow(machine.kernel, pipe, 10));
    assertEquals(PAGE - 10, write(kernel, pipe, true, new byte[PAGE - 10]));
    assertEquals(-Errno.EAGAIN, write(kernel, pipe, true, new byte[11]), "a small write is not torn");
    assertEquals(10, write(kernel, pipe, true, new byte[PAGE + 1]), "a large one may be");
    assertEquals(-Errno.EAGAIN, write(kernel, pipe, true, new byte[PAGE + 1]));
    assertEquals(-Errno.EAGAIN, write(machine.kernel, pipe, false, new byte[1]), "the kernel worker never sleeps");
    assertEquals(0, write(kernel, pipe, true, new byte[0]));
    close(pipe);
  }

  @Test
  void aKilledThreadLeavesItsSleep() {
    int pipe = pipe(0);
    write(workers[0], pipe, true, new byte[PAGE - 1]);
    int[] results = new int[2];
    int empty = pipe(0);
    Together.run(3, index -> {
      if (index == 0) {
        results[0] = write(workers[0], pipe, false, new byte[PAGE + 1]);
      } else if (index == 1) {
        Buffers buffers = new Buffers(workers[1]).room(10);
        results[1] = workers[1].pipes.read(empty, buffers.vectors(), 10, false);
      } else {
        for (int slot = 1; slot <= 2; slot++) {
          awaitSleep(slot);
          int record = machine.kernel.process.workers.slot(slot);
          machine.memory.getAndOr(record + Sleeper.STATE, Sleeper.KILL_PENDING);
          WaitQueue.wakeAlways(machine.memory, machine.memory.getIntVolatile(record + Sleeper.WAITS_ON));
        }
      }
    });
    assertArrayEquals(new int[] {1, -Errno.EINTR}, results);
    close(pipe);
    close(empty);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void theKernelWorkerPutsAndTakesPieces() {
    int pipe = pipe(0);
    Kernel kernel = machine.kernel;
    int staging = kernel.pages.allocate(1);
    for (int round = 0; round < 10; round++) {
      machine.memory.write(staging, piece(0, 2 * PAGE), 0, 2 * PAGE);
      assertEquals(3000, kernel.pipes.put(pipe, staging, 3000));
      assertEquals(1096, kernel.pipes.put(pipe, staging + 3000, 5000), "as much as there is room for");
      assertEquals(0, kernel.pipes.put(pipe, staging, 1));
      byte[] got = new byte[PAGE];
      int done = 0;
      for (int n = kernel.pipes.peekLength(pipe); n > 0; n = kernel.pipes.peekLength(pipe)) {
        machine.memory.read(kernel.pipes.peek(pipe), got, done, n);
        kernel.pipes.consume(pipe, n);
        done += n;
      }
      assertArrayEquals(piece(0, PAGE), got);
      write(workers[0], pipe, true, new byte[100 * round + 1]);
      read(workers[0], pipe, 100 * round + 1);
    }
    kernel.pages.free(staging);
    kernel.pipes.closeReader(pipe);
    assertEquals(-Errno.EPIPE, kernel.pipes.put(pipe, 0, 0));
    kernel.pipes.closeWriter(pipe);
  }

  @Test
  void watchesSayWhenThereIsSomethingToDo() {
    Kernel kernel = machine.kernel;
    int output = pipe(0);
    kernel.pipes.watchReading(output, 3, 77);
    assertEquals(0, kernel.watches.take());
    write(workers[0], output, true, new byte[10]);
    int watch = kernel.watches.take();
    assertEquals(3, kernel.watches.kind(watch));
    assertEquals(77, kernel.watches.subject(watch));
    assertEquals(0, kernel.watches.take());
    workers[0].pipes.closeWriter(output);
    assertEquals(watch, kernel.watches.take(), "the last writer has gone");

    int input = pipe(0);
    kernel.pipes.watchWriting(input, 2, 78);
    write(machine.kernel, input, true, new byte[10]);
    assertEquals(0, kernel.watches.take());
    read(workers[0], input, 5);
    assertEquals(2, kernel.watches.kind(kernel.watches.take()));
    workers[0].pipes.closeReader(input);
    assertEquals(2, kernel.watches.kind(kernel.watches.take()));

    kernel.pipes.closeReader(output);
    kernel.pipes.closeWriter(input);
    assertEquals(atFirst, machine.usage());
  }

  @Test
  void aPipeGivenUpLeavesNoWatchBehind() {
    Kernel kernel = machine.kernel;
    Together.run(2, index -> {
      for (int i = 0; i < 3_000; i++) {
        if (index == 0) {
          int pipe = pipe(0);
          kernel.pipes.watchReading(pipe, 3, 77);
          kernel.memory.putIntVolatile(shared(), pipe);
          for (int spin = i % 50; spin > 0; spin--) {
            Thread.onSpinWait();
          }
          kernel.pipes.unwatch(pipe);
          kernel.pipes.closeReader(pipe);
          for (int watch = kernel.watches.take(); watch != 0; watch = kernel.watches.take()) {
            throw new AssertionError("a watch of a pipe that was given up");
          }
          Together.await("the writer to finish", () -> kernel.memory.getIntVolatile(shared()) == 0);
          assertEquals(0, kernel.watches.take());
        } else {
          Together.await("a pipe", () -> kernel.memory.getIntVolatile(shared()) != 0);
          int pipe = kernel.memory.getIntVolatile(shared());
          while (write(workers[1], pipe, true, new byte[1]) > 0) {
            continue;
          }
          workers[1].pipes.closeWriter(pipe);
          kernel.memory.putIntVolatile(shared(), 0);
        }
      }
    });
    assertEquals(atFirst, machine.usage());
  }

  /** A word that the threads of a test share. */
  private int shared() {
    return workers[5].arena;
  }
}
