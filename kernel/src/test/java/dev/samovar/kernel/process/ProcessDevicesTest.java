package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.fs.Devices;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.process.GuestMachine.Guest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may signal and await whom, by {@code ctl} and {@code wait} of {@code /proc}. */
class ProcessDevicesTest {
  private final GuestMachine os = new GuestMachine(16, 8, 8);
  private final Processes processes = os.kernel.process.processes;
  private final Machine.Usage empty = os.machine.usage();

  @AfterEach
  void nothingIsLost() {
    os.pumpUntil("all workers at rest", () -> os.scheduler.workersIn(WorkerTable.BUSY) == 0
        && os.scheduler.workersIn(WorkerTable.ENDING) == 0 && os.scheduler.workersIn(WorkerTable.BOOTING) == 0
        && os.kernel.memory.getInt(Superblock.PROCESS_COUNT) == 0);
    assertEquals(empty, os.machine.usage());
    os.stop();
  }

  /** Opens a device of a process as the next descriptor. Answers it or a negative errno. */
  private static int open(Kernel kernel, int device, int pid, long rights) {
    int inode = kernel.files.createDevice(device, pid);
    int file = kernel.process.devices.open(inode, 0, rights);
    kernel.files.inodes().release(inode);
    return file < 0 ? file : kernel.process.descriptors.add(kernel.process.threads.process(), file);
  }

  /** Writes a command to a process's {@code ctl}. Answers the bytes written or a negative errno. */
  private static int control(Guest guest, int pid, String command) {
    Kernel kernel = guest.kernel;
    kernel.process.threads.enter();
    int fd = open(kernel, Devices.CONTROL, pid, Rights.FD_WRITE);
    int process = kernel.process.threads.process();
    Buffers buffers = new Buffers(kernel).of(command.getBytes(StandardCharsets.UTF_8));
    int n = kernel.openFiles.write(kernel.process.descriptors.get(process, fd), buffers.vectors(), buffers.count(),
        buffers.total());
    kernel.process.descriptors.close(process, fd);
    return kernel.process.threads.exit(n);
  }

  /** Takes the signals that have arrived at the caller, or at another: what its {@code ctl} says, or a negative errno. */
  private static String take(Guest guest, int pid) {
    Kernel kernel = guest.kernel;
    kernel.process.threads.enter();
    int process = kernel.process.threads.process();
    int fd = open(kernel, Devices.CONTROL, pid, Rights.FD_READ);
    String text = String.valueOf(fd);
    if (fd >= 0) {
      Buffers buffers = new Buffers(kernel).room(64);
      int n = kernel.openFiles.read(kernel.process.descriptors.get(process, fd), buffers.vectors(), buffers.count(),
          buffers.total());
      text = n < 0 ? String.valueOf(n) : new String(buffers.taken(n), StandardCharsets.UTF_8);
      kernel.process.descriptors.close(process, fd);
    }
    kernel.process.threads.exit(0);
    return text;
  }

  private static int self(Guest guest) {
    return guest.kernel.process.processes.pid(guest.kernel.process.threads.process());
  }

  /** Awaits the end of a child. Answers what {@code wait} says, or a negative errno. */
  private static String await(Guest guest, int pid) {
    Kernel kernel = guest.kernel;
    kernel.process.threads.enter();
    int process = kernel.process.threads.process();
    int fd = open(kernel, Devices.WAIT, pid, Rights.FD_READ);
    String text = String.valueOf(fd);
    if (fd >= 0) {
      Buffers buffers = new Buffers(kernel).room(64);
      int n = kernel.openFiles.read(kernel.process.descriptors.get(process, fd), buffers.vectors(), buffers.count(),
          buffers.total());
      text = n < 0 ? String.valueOf(n) : new String(buffers.taken(n), StandardCharsets.UTF_8);
      kernel.process.descriptors.close(process, fd);
    }
    kernel.process.threads.exit(0);
    return text;
  }

  private int loop(int parent) {
    return os.spawn(parent, guest -> {
      guest.spin();
      return 0;
    });
  }

  @Test
  void anAncestorSignalsAndAwaits() {
    AtomicInteger child = new AtomicInteger();
    AtomicReference<String> end = new AtomicReference<>();
    int parent = os.spawn(guest -> {
      guest.read(1);
      int sent = control(guest, child.get(), "SIGTERM\n");
      end.set(await(guest, child.get()));
      return sent;
    });
    child.set(loop(parent));
    os.pumpUntil("the child to run", () -> processes.state(os.process(child.get())) == Processes.RUNNING);
    os.kernel.pipes.put(processes.stream(os.process(parent), 0), os.kernel.arena, 1);
    assertEquals(8, os.join(parent));
    assertEquals("143 15\n", end.get());
  }

  @Test
  void othersMayNot() {
    int other = loop(Processes.KERNEL_PID);
    AtomicReference<String> awaited = new AtomicReference<>();
    AtomicInteger parentOf = new AtomicInteger();
    int stranger = os.spawn(guest -> {
      awaited.set(await(guest, other));
      return -control(guest, other, "SIGKILL");
    });
    assertEquals(Errno.EPERM, os.join(stranger));
    assertEquals(String.valueOf(-Errno.EPERM), awaited.get());
    // Not even a child its parent.
    int parent = os.spawn(guest -> guest.read(1));
    parentOf.set(parent);
    int child = os.spawn(parent, guest -> -control(guest, parentOf.get(), "SIGKILL"));
    os.pumpUntil("the child's end", () -> os.ended.containsKey(child));
    assertEquals(Errno.EPERM, os.ended.get(child));
    assertEquals(Processes.ZOMBIE, processes.state(os.process(child)), "until its parent asks, or ends");
    os.kernel.pipes.put(processes.stream(os.process(parent), 0), os.kernel.arena, 1);
    assertEquals(1, os.join(parent));
    os.signal(other, Signals.SIGKILL);
    os.join(other);
  }

  @Test
  void orphansBelongToTheKernel() {
    int parent = os.spawn(guest -> guest.read(1));
    int child = loop(parent);
    os.kernel.pipes.put(processes.stream(os.process(parent), 0), os.kernel.arena, 1);
    assertEquals(1, os.join(parent));
    assertEquals(Processes.KERNEL_PID, processes.parent(os.process(child)));
    os.signal(child, Signals.SIGKILL);
    assertEquals(137, os.join(child));
  }

  @Test
  void oneselfByGroup() {
    int leader = os.spawn(guest -> {
      guest.read(1);
      return control(guest, guest.kernel.process.processes.pid(guest.kernel.process.threads.process()), "group SIGINT");
    });
    int child = loop(leader);
    processes.setGroup(os.process(child), leader, leader);
    int apart = loop(leader);
    os.pumpUntil("all to run", () -> processes.state(os.process(apart)) == Processes.RUNNING);
    os.kernel.pipes.put(processes.stream(os.process(leader), 0), os.kernel.arena, 1);
    assertEquals(130, os.join(leader));
    assertEquals(130, os.join(child));
    assertNotEquals(0, os.process(apart), "of another group");
    os.signal(apart, Signals.SIGKILL);
    os.join(apart);
  }

  /** Two that share a descriptor of {@code /dev/spawn}: what one frees the other must not be copying. */
  @Test
  void aRequestThatTwoWriteAtOnceStaysWhole() {
    int request = os.kernel.process.spawns.create();
    int[] pids = new int[2];
    for (int i = 0; i < pids.length; i++) {
      int letter = 'a' + i;
      pids[i] = os.spawn(guest -> {
        hammer(guest, request, letter);
        return 0;
      });
    }
    for (int pid : pids) {
      assertEquals(0, os.join(pid));
    }
    os.kernel.process.spawns.release(request);
  }

  private static void hammer(Guest guest, int request, int letter) {
    Kernel kernel = guest.kernel;
    for (int round = 0; round < 3000; round++) {
      // Longer and longer, so that the text moves; then its end, which is no JSON and answered at once.
      byte[] text = new byte[round % 8 == 7 ? 1 : 900 << round % 4];
      Arrays.fill(text, (byte) (text.length == 1 ? '\n' : letter));
      guest.call(() -> {
        Buffers buffers = new Buffers(kernel).of(text);
        int n = kernel.process.spawns.write(request, buffers.vectors(), buffers.count(), buffers.total());
        assertTrue(n == text.length || n == -Errno.EBUSY || n == -Errno.E2BIG, () -> "wrote " + n);
      });
      guest.call(() -> {
        Buffers buffers = new Buffers(kernel).room(64);
        int n = kernel.process.spawns.read(request, 0, buffers.vectors(), buffers.count(), true);
        assertTrue(n >= 0 || n == -Errno.EINVAL || n == -Errno.EAGAIN, () -> "read " + n);
        assertTrue(n <= 0 || buffers.taken(n)[0] == '{', "an answer, whole");
      });
    }
  }

  @Test
  void whoCatchesASignalWaitsForNothingUntilItIsTaken() {
    List<String> seen = new CopyOnWriteArrayList<>();
    int pid = os.spawn(guest -> {
      int self = self(guest);
      assertEquals(9, control(guest, self, "catch INT"));
      assertEquals(10, control(guest, self, "catch TSTP"));
      assertEquals("", take(guest, self), "nothing has arrived");
      assertEquals("-" + Errno.EACCES, take(guest, 4711));
      for (int i = 0; i < 3; i++) {
        seen.add("reads");
        seen.add("" + guest.read(10) + guest.read(10));
        seen.add(take(guest, self));
      }
      assertEquals(3, control(guest, self, "INT"), "its own");
      assertEquals(3, control(guest, self, "INT"), "and again");
      assertEquals(-Errno.EINTR, guest.read(10));
      assertEquals("2 ", take(guest, self));
      assertEquals(-Errno.EINVAL, control(guest, self, "catch KILL"));
      control(guest, self, "default INT");
      return guest.read(10);
    });
    String interrupted = "-" + Errno.EINTR + "-" + Errno.EINTR;
    for (int signal : new int[] {Signals.SIGINT, Signals.SIGTSTP}) {
      int before = seen.size() / 3 * 3;
      os.pumpUntil("the sleep", () -> seen.size() > before && processes.isSleeping(os.process(pid)));
      os.signal(pid, signal);
      os.pumpUntil("the signal to be taken", () -> seen.size() >= before + 3);
      assertEquals(List.of("reads", interrupted, signal + " "), seen.subList(before, before + 3));
    }
    os.pumpUntil("the third sleep", () -> seen.size() == 7 && processes.isSleeping(os.process(pid)));
    os.signal(pid, Signals.SIGSTOP);
    os.signal(pid, Signals.SIGINT);
    os.pumpUntil("the stop, with a signal to take", () -> processes.isStopped(os.process(pid)) && processes.isSleeping(os.process(pid)));
    assertEquals(7, seen.size());
    os.signal(pid, Signals.SIGCONT);
    os.pumpUntil("the last sleep", () -> seen.size() == 9 && !processes.catches(os.process(pid), Signals.SIGINT)
        && processes.isSleeping(os.process(pid)));
    os.signal(pid, Signals.SIGINT);
    assertEquals(128 + Signals.SIGINT, os.join(pid));
  }

  @Test
  void aSecondOneEndsWhatDoesNotTakeTheFirst() {
    AtomicInteger ready = new AtomicInteger();
    int pid = os.spawn(guest -> {
      control(guest, self(guest), "catch INT");
      control(guest, self(guest), "catch WINCH");
      ready.set(1);
      guest.linger();
      return 0;
    });
    os.pumpUntil("the loop", () -> ready.get() == 1);
    for (int signal : new int[] {Signals.SIGINT, Signals.SIGWINCH, Signals.SIGWINCH}) {
      os.signal(pid, signal);
      assertEquals(0, processes.status(os.process(pid)));
    }
    os.signal(pid, Signals.SIGINT);
    assertEquals(128 + Signals.SIGINT, os.join(pid));
  }
}
