package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person does with the page. */
@ExtendWith(InBrowser.class)
class PageTest {

    @Test
    void saysThatTheKernelRuns(Desk desk) {
        assertTrue(desk.console().contains("Kernel running in the browser's WebAssembly VM"), desk.console().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "rust", "go"})
    void chosenFolderRuns(String language, Desk desk) {
        String name = language + "-hello";
        desk.choose(Checkout.path("examples/" + name));
        runsAsHello(name, desk);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "rust", "go"})
    void droppedFolderRuns(String language, Desk desk) {
        String name = language + "-hello";
        desk.drop(Checkout.path("examples/" + name));
        runsAsHello(name, desk);
    }

    private static void runsAsHello(String name, Desk desk) {
        desk.run("7 'two words'");
        desk.expectLine("argv[0]=hello.wasm");
        desk.expectLine("argv[1]=7");
        desk.expectLine("argv[2]=two words");
        desk.expectLine("USER=samovar");
        desk.expectLine(name + ": a line on stderr");
        desk.expectStatus("exited with status 7");
        desk.expectProcesses(0);
        assertTrue(desk.readFile("result.txt").matches("greeting.txt: \\d+ bytes, \\d+ words\n"));

        desk.run("");
        desk.expectStatus("exited with status 0");
        desk.expectProcesses(0);
    }

    @Test
    void stoppedLoopHarmsNoWriter(Desk desk, @TempDir Path folder) throws IOException {
        desk.choose(project(folder, "writer"));
        desk.run("w.txt 0 1");
        desk.expectProcesses(1);
        desk.drop(project(folder, "loop"));
        desk.run("");
        desk.expectProcesses(2);
        desk.expectStatus("running as process \\d+");
        desk.stop();
        desk.expectStatus("killed by SIG(TERM|KILL)");
        desk.expectProcesses(1);

        desk.show("writer");
        desk.expectStatus("running as process \\d+");
        desk.stop();
        desk.expectStatus("killed by SIG(TERM|KILL)");
        desk.expectProcesses(0);
        String[] lines = desk.readFile("w.txt").split("\n", -1);
        assertTrue(lines.length > 20, "only " + lines.length + " lines");
        assertEquals("", lines[lines.length - 1]);
        for (int i = 0; i < lines.length - 1; i++) {
            assertEquals(String.format("line %08d", i + 1), lines[i]);
        }
    }

    @Test
    void processListKills(Desk desk, @TempDir Path folder) throws IOException {
        desk.choose(project(folder, "loop"));
        desk.run("");
        desk.expectProcesses(1);
        desk.kill();
        desk.expectStatus("killed by SIGKILL");
        desk.expectProcesses(0);
    }

    @Test
    void whatIsTypedReachesTheProgram(Desk desk, @TempDir Path folder) throws IOException {
        desk.choose(project(folder, "cat"));
        desk.run("");
        desk.expectStatus("running as process \\d+");
        desk.type("hello\n");
        desk.expectLines(2, "hello"); // as typed, and as it comes back
        desk.press("Control+d");
        desk.expectStatus("exited with status 0");
    }

    @ParameterizedTest
    @CsvSource({
        "unknown-import, not runnable, samovar: unknown-import.wasm: it imports env.samovar_missing",
        "trap, trapped, samovar: trap.wasm: trapped: unreachable",
        "recurse, trapped, samovar: recurse.wasm: stack overflow",
    })
    void aBadProgramSaysWhy(String guest, String status, String reason, Desk desk, @TempDir Path folder) throws IOException {
        desk.choose(project(folder, guest));
        desk.run("");
        desk.expectStatus("^" + status + " ");
        desk.expectText(reason);
        desk.expectProcesses(0);
    }

    @Test
    void aFolderWithoutAProgramSaysWhatIsMissing(Desk desk, @TempDir Path folder) throws IOException {
        Path project = Files.createDirectory(folder.resolve("teapot"));
        Files.writeString(project.resolve("Cargo.toml"), "[package]\nname = \"teapot\"\n");
        desk.choose(project);
        assertThat(desk.page.locator("#found")).containsText("cargo build");
        assertThat(desk.page.locator("#run")).isDisabled();
    }

    /** A folder with one of the guests in it. */
    private static Path project(Path folder, String guest) throws IOException {
        Path project = Files.createDirectory(folder.resolve(guest));
        Files.copy(Checkout.guest(guest), project.resolve(guest + ".wasm"));
        return project;
    }
}
