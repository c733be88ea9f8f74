package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.jvm.ClassCache;
import dev.samovar.jvm.OsProcess;
import dev.samovar.jvm.ProjectCopy;
import dev.samovar.jvm.Runtimes;
import dev.samovar.jvm.Samovar;
import dev.samovar.jvm.SpawnOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A project, run from a JUnit test: in an OS of its own, with a limit, on a copy of its folder. */
class ProjectTest {

  @Test
  void theProgramReportsWhatItRead() throws Exception {
    Path project = Path.of(System.getProperty("project"));
    try (Samovar os = Samovar.boot(128, Runtimes.NONE, ClassCache.standard(), System.err::println)) {
      ProjectCopy.of(project, os.files(), "/work/project");

      OsProcess.Result result = os.run("/work/project", List.of(),
          SpawnOptions.DEFAULT.withLimits(Map.of("cpuSeconds", 30.0, "memory", "256MiB"))).result();

      assertEquals(0, result.status(), new String(result.stderr(), StandardCharsets.UTF_8));
      assertTrue(new String(os.files().read("/work/project/histogram.txt"), StandardCharsets.UTF_8).startsWith("mm: 359 values"));
    }
  }
}
