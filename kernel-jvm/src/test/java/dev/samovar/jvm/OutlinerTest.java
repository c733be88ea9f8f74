package dev.samovar.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.Parser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs cut into the smallest pieces do what they did before. */
@Timeout(120)
class OutlinerTest {
  private static final int LARGE = 120;
  private static final int PIECE = 60;
  private static final int WORTH = 12;

  private static String run(byte[] module, Path project, String arguments) throws Exception {
    try (Samovar os = Samovar.boot(64)) {
      ProjectCopy.of(project, os.files(), "/work/p");
      List<String> args = arguments == null ? List.of() : List.of(arguments.split(" "));
      OsProcess.Result result = os.spawn(new Program(CompiledModule.ofSmall(module)), args,
          SpawnOptions.DEFAULT.in("/work/p").calledAs("p").reading("one\ntwo\n".getBytes(StandardCharsets.UTF_8))).result();
      StringBuilder all = new StringBuilder().append(result.status()).append('\n')
          .append(new String(result.stdout(), StandardCharsets.UTF_8))
          .append(new String(result.stderr(), StandardCharsets.UTF_8));
      for (String name : os.files().list("/work/p").stream().sorted().toList()) {
        if (os.files().type("/work/p/" + name) == OsFiles.Type.FILE) {
          all.append(name).append(' ').append(Program.sha256(os.files().read("/work/p/" + name))).append('\n');
        }
      }
      return all.toString();
    }
  }

  @ParameterizedTest
  @CsvSource({
      "examples/c-hello/hello.wasm, 7", "examples/c-histogram/histogram.wasm,", "examples/rust-fractal/fractal.wasm,",
      "examples/rust-hello/hello.wasm, 3", "e2e/guests/cat.wasm,", "e2e/guests/fs.wasm,"})
  void behavesAsBefore(String file, String arguments) throws Exception {
    Path path = Path.of("..", file);
    byte[] module = Files.readAllBytes(path);
    byte[] outlined = Outliner.outline(module, LARGE, PIECE, WORTH);
    int before = Parser.parse(module).codeSection().functionBodyCount();
    int after = Parser.parse(outlined).codeSection().functionBodyCount();
    assertTrue(after > before + before / 4, before + " functions became " + after);
    Path project = file.startsWith("examples") ? path.getParent() : Files.createTempDirectory("project");
    assertEquals(run(module, project, arguments), run(outlined, project, arguments));
  }

  @Test
  void leavesSmallOnesAlone() throws Exception {
    byte[] module = Files.readAllBytes(Path.of("../e2e/guests/loop.wasm"));
    assertSame(module, Outliner.outline(module));
  }
}
