package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.capability.Capabilities;
import dev.samovar.kernel.memory.Arena;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process is given, what its children get of that, and that nothing is left. */
class ConfinementTest {
  private final Machine machine = new Machine(16);
  private final Kernel kernel = machine.kernel;
  private final Processes processes = kernel.process.processes;
  private final Confinement confinement = kernel.process.confinement;
  private final Capabilities capabilities = kernel.capabilities;

  private int child(int parent) {
    return processes.create(parent == 0 ? 1 : processes.pid(parent), kernel.files.root());
  }

  private String confine(int process, String json) {
    int errno = confinement.confine(process, json.replace('\'', '"'));
    assertEquals(errno == Errno.SUCCESS, confinement.problem().isEmpty(), confinement.problem());
    return Errno.nameOf(errno);
  }

  private int put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int at = kernel.arena + Arena.BYTES;
    for (int i = 0; i < bytes.length; i++) {
      kernel.memory.putByte(at + i, bytes[i]);
    }
    return at;
  }

  @Test
  void withoutARecordAllInsideAndNothingOutside() {
    assertTrue(capabilities.mayListen(0, 80) && capabilities.maySpawn(0) && capabilities.mayReadClock(0));
    String target = "example.org:80";
    assertTrue(capabilities.mayConnect(0, put(target), target.length(), true));
    assertFalse(capabilities.mayConnect(0, put(target), target.length(), false));
  }

  @Test
  void aChildHasWhatItsParentHasAndCanGetLess() {
    Machine.Usage before = machine.usage();
    int parent = child(0);
    assertEquals("SUCCESS", confine(parent, """
        {'capabilities': {'read': ['/work', '/tmp'], 'write': ['/tmp/new'], 'listen': [80, 8080], 'connect': ['a:1', 'b:2'],
          'env': ['A', 'B'], 'spawn': true, 'clock': true}, 'limits': {'processes': 4}, 'nice': 5}"""));
    int record = processes.capabilities(parent);
    assertEquals("""
        read /work
        read /tmp
        write /tmp/new
        listen 80
        listen 8080
        connect a:1
        connect b:2
        env A
        env B
        spawn
        clock
        """, capabilities.describe(record));
    assertTrue(capabilities.mayListen(record, 8080));
    assertFalse(capabilities.mayListen(record, 81));
    assertTrue(capabilities.mayConnect(record, put("b:2"), 3, false));
    assertFalse(capabilities.mayConnect(record, put("b:22"), 4, true));
    assertTrue(capabilities.mayKnow(record, put("B"), 1));
    assertFalse(capabilities.mayKnow(record, put("BA"), 2));
    assertFalse(capabilities.mayDrawRandom(record));

    int same = child(parent);
    assertEquals(record, processes.capabilities(same));
    assertEquals(5, processes.nice(same));
    int less = child(parent);
    assertEquals("SUCCESS", confine(less,
        "{'capabilities': {'read': ['/work'], 'listen': [80], 'connect': ['b:2'], 'clock': true}}"));
    for (String more : new String[] {"'read': ['/home']", "'read': ['/']", "'write': ['/tmp']", "'write': ['/work']",
        "'listen': [81]", "'listen': true", "'connect': ['c:3']", "'connect': true", "'env': ['C']", "'env': true",
        "'random': true", "'read': ['/work/../home']"}) {
      assertEquals("ENOTCAPABLE", confine(same, "{'capabilities': {" + more + "}}"), more);
    }
    assertEquals(record, processes.capabilities(same), "a refused request changes nothing");
    assertEquals("ENOTCAPABLE", confine(less, "{'capabilities': {'listen': [8080]}}"), "what it gave up is gone");
    assertEquals("SUCCESS", confine(same, "{'capabilities': {'write': ['/tmp/new'], 'read': ['/tmp/new']}}"));

    assertTrue(child(same) > 0);
    assertEquals(-Errno.EAGAIN, child(less), "the fifth of a family of four");
    for (int pid = 2; pid < 10; pid++) {
      int process = processes.find(pid);
      if (process != 0) {
        processes.discard(process);
      }
    }
    assertEquals(before, machine.usage());
  }

  /** A path can hold any byte but a slash and a NUL: what it says must not become a grant. */
  @Test
  void aPathIsNoLineOfADescription() {
    int parent = child(0);
    assertEquals("SUCCESS", confine(parent, "{'capabilities': {'read': ['/tmp'], 'write': ['/tmp']}}"));
    int middle = child(parent);
    assertEquals("SUCCESS", confine(middle, "{'capabilities': {'read': ['/tmp/x\\nconnect evil:1\\nenv KEY']}}"));
    assertFalse(capabilities.describe(processes.capabilities(middle)).contains("\nconnect"));
    assertEquals("ENOTCAPABLE", confine(child(middle), "{'capabilities': {'connect': ['evil:1']}}"));
    assertEquals("ENOTCAPABLE", confine(child(middle), "{'capabilities': {'env': ['KEY']}}"));
  }

  @Test
  void openFilesCountFromWhatItBeginsWith() {
    int process = child(0);
    assertEquals("SUCCESS", confine(process, "{'limits': {'openFiles': 2}}"));
    for (int fd = 0; fd < 3; fd++) {
      assertTrue(processes.openStream(process, fd) > 0);
    }
    processes.limitDescriptors(process);
    Descriptors descriptors = kernel.process.descriptors;
    for (int expected : new int[] {3, 4, -Errno.EMFILE}) {
      kernel.files.inodes().hold(kernel.files.root());
      assertEquals(expected, descriptors.add(process, kernel.openFiles.ofInode(kernel.files.root(), 0, 0, 0)));
    }
    descriptors.close(process, 0);
    kernel.files.inodes().hold(kernel.files.root());
    assertEquals(0, descriptors.add(process, kernel.openFiles.ofInode(kernel.files.root(), 0, 0, 0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{'nice': 20}", "{'nice': 0.5}", "{'nice': 'low'}", "{'limits': 1}", "{'what': {}}",
      "{'capabilities': []}", "{'capabilities': {'read': ['relative']}}", "{'capabilities': {'read': ['']}}",
      "{'capabilities': {'read': ['/no/such/place']}}", "{'capabilities': {'listen': [0]}}",
      "{'capabilities': {'listen': [65536]}}", "{'capabilities': {'connect': [':1']}}",
      "{'capabilities': {'connect': ['h:0']}}", "{'capabilities': {'connect': ['h']}}", "{'capabilities': {'other': true}}"})
  void whatMeansNothingIsRefused(String json) {
    Machine.Usage before = machine.usage();
    int process = child(0);
    assertEquals("EINVAL", confine(process, json));
    processes.discard(process);
    assertEquals(before, machine.usage());
  }

  @Test
  void moreThanFitsIsTooMuch() {
    Machine.Usage before = machine.usage();
    int process = child(0);
    assertEquals("E2BIG", confine(process, "{'capabilities': {'read': [" + "'/work',".repeat(64) + "'/tmp']}}"));
    assertEquals("E2BIG", confine(process, "{'capabilities': {'env': ['" + "x".repeat(4000) + "']}}"));
    processes.discard(process);
    assertEquals(before, machine.usage());
  }
}
