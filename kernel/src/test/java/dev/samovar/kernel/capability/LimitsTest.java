package dev.samovar.kernel.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {
  private final Machine machine = new Machine(16);
  private final Limits limits = machine.kernel.limits;

  private static LimitsRequest request(String json) {
    try {
      return LimitsRequest.of(Json.parseObject(json));
    } catch (JsonException e) {
      throw new AssertionError(e);
    }
  }

  private int narrow(int above, String json) {
    return limits.narrow(above, request(json));
  }

  @Test
  void aRecordHasTheLowerOfEach() {
    int parent = narrow(0, "{\"memory\": \"64MiB\", \"cpuSeconds\": 1.5, \"disk\": \"1KiB\", \"openFiles\": 7}");
    int child = narrow(parent, "{\"memory\": \"128MiB\", \"cpuSeconds\": 1, \"wallSeconds\": 3, \"fileSize\": 10}");
    assertEquals("""
        memory 67108864
        cpuSeconds 1
        wallSeconds 3
        openFiles 7
        processes unlimited
        outputBytes unlimited
        fileSize 10
        disk 1024
        """, limits.describe(child));
    assertTrue(limits.describe(parent).contains("cpuSeconds 1.500\n"));
    assertTrue(limits.describe(0).startsWith("memory 1073741824\ncpuSeconds unlimited\n"));
  }

  @Test
  void theLastHolderFreesTheWholeChain() {
    Machine.Usage before = machine.usage();
    int parent = narrow(0, "{}");
    int child = narrow(parent, "{}");
    limits.hold(child);
    limits.release(parent);
    limits.release(child);
    assertEquals(0, limits.diskUsed(parent), "still there");
    limits.release(child);
    assertEquals(before, machine.usage());
  }

  @Test
  void whatAChildUsesCountsAbove() {
    int parent = narrow(0, "{\"processes\": 3, \"disk\": 100, \"outputBytes\": 10}");
    int child = narrow(parent, "{\"processes\": 2, \"disk\": 60}");
    assertTrue(limits.addProcess(child) && limits.addProcess(child));
    assertFalse(limits.addProcess(child), "its own limit");
    assertTrue(limits.addProcess(parent));
    limits.removeProcess(child);
    assertTrue(limits.addProcess(child));
    assertFalse(limits.addProcess(child));

    assertTrue(limits.takeDisk(child, 60));
    assertFalse(limits.takeDisk(child, 1));
    assertTrue(limits.takeDisk(parent, 40));
    limits.giveDisk(child, 1000);
    assertEquals(0, limits.diskUsed(child), "no credit for what was there before");
    assertTrue(limits.takeDisk(child, 60));

    assertEquals(7, limits.takeOutput(child, 7));
    assertEquals(3, limits.takeOutput(parent, 7));
    assertEquals(0, limits.takeOutput(child, 1));
    limits.giveOutput(child, 2);
    assertEquals(2, limits.takeOutput(child, 5));
  }

  @Test
  void takenAtOnceNoneIsTakenTwice() {
    int parent = narrow(0, "{\"disk\": 1000, \"processes\": 5}");
    int child = narrow(parent, "{}");
    int[] got = new int[4];
    Together.run(4, index -> {
      Limits mine = new Limits(machine.memory, null);
      for (int i = 0; i < 5_000; i++) {
        if (mine.takeDisk(index % 2 == 0 ? child : parent, 7)) {
          got[index]++;
        }
        if (mine.addProcess(child)) {
          mine.removeProcess(child);
        }
      }
    });
    // One that is refused takes for a moment and gives back, so that another may be refused for nothing.
    int sum = got[0] + got[1] + got[2] + got[3];
    assertEquals(7L * sum, limits.diskUsed(parent));
    assertTrue(sum <= 1000 / 7 && sum > 100, sum + " times");
    assertTrue(limits.addProcess(child));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "{\"memory\": \"many\"} | limits.memory", "{\"memory\": \"1 TiB\"} | limits.memory", "{\"memory\": 65535} | limits.memory",
    "{\"cpuSeconds\": 0} | limits.cpuSeconds", "{\"wallSeconds\": \"1\"} | limits.wallSeconds",
    "{\"openFiles\": -1} | limits.openFiles", "{\"processes\": 0} | limits.processes", "{\"disk\": 1.5} | limits.disk",
    "{\"fileSize\": null} | limits.fileSize", "{\"outputBytes\": []} | limits.outputBytes", "{\"memori\": 1} | limits.memori",
  })
  void whatMeansNothingIsRefusedByName(String json, String field) {
    String message = assertThrows(IllegalArgumentException.class, () -> request(json)).getMessage();
    assertTrue(message.contains(field), message);
  }
}
