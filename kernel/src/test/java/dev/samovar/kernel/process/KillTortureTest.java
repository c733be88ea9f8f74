package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Check;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.process.GuestMachine.Guest;
import dev.samovar.kernel.process.GuestMachine.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;

/** Processes that create, rename, append, pipe and spawn, killed at random moments, again and again. */
class KillTortureTest {
  private static final int KILLS = 10_000;
  /** At the end of each all the others end, too, and nothing of them may be left. */
  private static final int ROUNDS = 20;
  private static final int VICTIMS = 10;
  /** The longest pause between two kills. */
  private static final int MAX_PAUSE_NANOS = 400_000;
  private static final int LEAST_PERCENT = 5;
  private static final Map<Where, Integer> FELL = new EnumMap<>(Where.class);
  private static int seed;

  /** Where a kill found its victim. */
  private enum Where { USER, WAITING, CALL, LOCK }

  private final GuestMachine os = GuestMachine.nervous(24, VICTIMS, 24);
  private final Kernel kernel = os.kernel;
  private final Check check = new Check(kernel, os.scheduler, ledger -> {});
  private final Random random = new Random();

  /** A guest's calls, by paths: as the bridge makes them, a system call each. */
  private static final class Calls {
    private final Guest guest;
    private final Kernel kernel;
    private final Buffers buffers;
    private final Random random;

    Calls(Guest guest, long seed) {
      this.guest = guest;
      kernel = guest.kernel;
      buffers = new Buffers(kernel);
      random = new Random(seed);
    }

    private int put(int field, String path) {
      for (int i = 0; i < path.length(); i++) {
        kernel.memory.putByte(kernel.arena + field + i, path.charAt(i));
      }
      return kernel.arena + field;
    }

    private int call(IntSupplier body) {
      kernel.process.threads.enter();
      return kernel.process.threads.exit(body.getAsInt());
    }

    private String name() {
      return "/work/" + random.nextInt(4);
    }

    void mkdir(String path) {
      call(() -> kernel.files.makeDirectory(kernel.files.root(), put(Arena.PATH, path), path.length(), 0));
    }

    void rmdir(String path) {
      call(() -> kernel.files.removeDirectory(kernel.files.root(), put(Arena.PATH, path), path.length(), 0));
    }

    void unlink(String path) {
      call(() -> kernel.files.unlink(kernel.files.root(), put(Arena.PATH, path), path.length(), 0));
    }

    void rename(String from, String to) {
      call(() -> kernel.files.rename(kernel.files.root(), put(Arena.PATH, from), from.length(), 0,
          kernel.files.root(), put(Arena.OTHER_PATH, to), to.length(), 0));
    }

    /** Opens a file, into the descriptor table: whoever is killed has it closed by the kernel. */
    int open(String path) {
      return call(() -> {
        int inode = kernel.files.open(kernel.files.root(), put(Arena.PATH, path), path.length(), PathWalk.FOLLOW,
            FileSystem.CREATE | FileSystem.WRITE);
        if (inode < 0) {
          return inode;
        }
        int file = kernel.openFiles.ofInode(inode, 1, Rights.FILE, 0);
        return kernel.process.descriptors.add(kernel.process.threads.process(), file);
      });
    }

    void append(int fd, int bytes) {
      call(() -> {
        int file = kernel.process.descriptors.get(kernel.process.threads.process(), fd);
        buffers.of(new byte[bytes]);
        int n = kernel.openFiles.write(file, buffers.vectors(), buffers.count(), buffers.total());
        if (kernel.files.inodes().size(kernel.openFiles.target(file)) > 1 << 18
            && kernel.openFiles.type(file) == FileType.REGULAR) {
          kernel.files.setSize(kernel.openFiles.target(file), 0);
        }
        return n;
      });
    }

    void close(int fd) {
      call(() -> kernel.process.descriptors.close(kernel.process.threads.process(), fd));
    }

    void compute() {
      LockSupport.parkNanos(random.nextInt(100_000));
    }
  }

  private Program filer(long seed) {
    return guest -> {
      Calls calls = new Calls(guest, seed);
      for (;;) {
        int fd = calls.open(calls.name());
        if (fd >= 0) {
          calls.append(fd, 1 + calls.random.nextInt(20_000));
          calls.close(fd);
        }
        calls.rename(calls.name(), calls.name());
        calls.unlink(calls.name());
        calls.compute();
      }
    };
  }

  private Program mover(long seed) {
    return guest -> {
      Calls calls = new Calls(guest, seed);
      for (;;) {
        calls.mkdir("/tmp/a");
        calls.mkdir("/tmp/b");
        calls.mkdir("/tmp/a/" + calls.random.nextInt(3));
        calls.rename("/tmp/a/" + calls.random.nextInt(3), "/tmp/b/" + calls.random.nextInt(3));
        calls.rename("/tmp/b", "/tmp/a/" + calls.random.nextInt(3));
        calls.rename("/tmp/a", "/tmp/b");
        calls.rmdir("/tmp/b/" + calls.random.nextInt(3));
      }
    };
  }

  private Program piper() {
    return guest -> {
      while (guest.print("x".repeat(3_000)) > 0 && guest.read(1) >= 0) {
        continue;
      }
      return 0;
    };
  }

  private Program spawner() {
    return guest -> {
      for (;;) {
        os.ask(() -> {
          if (os.scheduler.hasRoom()) {
            os.spawn(child -> child.print("child\n"));
          }
        });
        guest.print("asked\n");
        guest.read(1);
      }
    };
  }

  private Program victim(int kind, long seed) {
    switch (kind) {
      case 0:
        return guest -> {
          guest.linger();
          return 0;
        };
      case 1:
        return mover(seed);
      case 2:
        return piper();
      case 3:
        return spawner();
      default:
        return filer(seed);
    }
  }

  private Where whereIs(int thread) {
    int state = ThreadState.kind(kernel.memory.getIntVolatile(thread + Sleeper.STATE));
    if (state == ThreadState.USER) {
      return Where.USER;
    }
    if (kernel.memory.getIntVolatile(thread + Sleeper.ASLEEP) != 0) {
      return Where.WAITING;
    }
    return os.machine.memory.holdsLock(os.threadOf(kernel.process.workers.indexOf(thread))) ? Where.LOCK : Where.CALL;
  }

  private void pause() {
    long end = System.nanoTime() + random.nextInt(MAX_PAUSE_NANOS);
    do {
      os.pump();
    } while (System.nanoTime() < end);
  }

  /** Kills one that runs, at whatever it does. Answers whether there was one. */
  private boolean killOne(List<Integer> alive) {
    int pid = alive.get(random.nextInt(alive.size()));
    int process = os.process(pid);
    int thread = process == 0 ? 0 : kernel.process.processes.main(process);
    if (thread == 0) {
      return false;
    }
    Where where = whereIs(thread);
    os.signal(pid, random.nextInt(4) == 0 ? Signals.SIGTERM : Signals.SIGKILL);
    FELL.merge(where, 1, Integer::sum);
    alive.remove(Integer.valueOf(pid));
    return true;
  }

  private void nothingIsLeft() {
    os.pumpUntil("all workers at rest", () -> os.scheduler.workersIn(WorkerTable.BUSY) == 0
        && os.scheduler.workersIn(WorkerTable.ENDING) == 0 && os.scheduler.workersIn(WorkerTable.BOOTING) == 0
        && kernel.process.processes.findFrom(2) == 0);
    assertEquals(List.of(), check.run());
  }

  /** Removes everything below a directory. Victims nest directories deeper than a path can say: they are moved up first. */
  private void clear(String path) {
    Deque<String> left = new ArrayDeque<>(List.of(path));
    for (int moved = 0; !left.isEmpty(); ) {
      String directory = left.pop();
      for (String name : os.machine.list(directory)) {
        String below = directory + "/" + name;
        os.machine.put(Arena.PATH, below);
        int error = kernel.files.unlink(kernel.files.root(), kernel.arena + Arena.PATH, below.length(), 0);
        if (error != 0) {
          String up = path + "/up" + moved++;
          os.machine.put(Arena.PATH, below);
          os.machine.put(Arena.OTHER_PATH, up);
          kernel.files.rename(kernel.files.root(), kernel.arena + Arena.PATH, below.length(), 0, kernel.files.root(),
              kernel.arena + Arena.OTHER_PATH, up.length(), 0);
          left.push(up);
        }
      }
      if (!directory.equals(path)) {
        os.machine.put(Arena.PATH, directory);
        kernel.files.removeDirectory(kernel.files.root(), kernel.arena + Arena.PATH, directory.length(), 0);
      }
    }
  }

  /** Twenty times five hundred. */
  @RepeatedTest(ROUNDS)
  void killsAtRandomMoments() {
    nothingIsLeft();
    var empty = os.machine.usage();
    List<Integer> alive = new ArrayList<>();
    for (int kills = 0; kills < KILLS / ROUNDS; ) {
      while (alive.size() < VICTIMS && os.scheduler.hasRoom()) {
        alive.add(os.spawn(victim(seed % 6, seed++)));
      }
      pause();
      alive.removeIf(os.ended::containsKey);
      if (!alive.isEmpty() && killOne(alive)) {
        kills++;
      }
    }
    for (int pid : alive) {
      os.signal(pid, Signals.SIGKILL);
    }
    nothingIsLeft();
    clear("/work");
    clear("/tmp");
    assertEquals(empty, os.machine.usage(), "pages and records in use");
    os.stop();
  }

  /** Where the kills fell, which says whether the torture reaches everything. */
  @AfterAll
  static void theyFellOnEverything() {
    int kills = FELL.values().stream().mapToInt(Integer::intValue).sum();
    String split = FELL.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
    System.out.println(kills + " kills fell on: " + split);
    for (Where where : Where.values()) {
      assertTrue(FELL.getOrDefault(where, 0) >= kills * LEAST_PERCENT / 100, where + " of " + split);
    }
  }
}
