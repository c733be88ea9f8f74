package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Several terminals on the page, used by hand. */
@ExtendWith(InBrowser.class)
class TerminalPageTest {

    @Test
    void twoTerminalsAtOnce(Desk desk, @TempDir Path folder) throws IOException {
        desk.choose(guest(folder, "cat"));
        desk.run("");
        desk.expectStatus("running as process \\d+");
        desk.run("");
        desk.expectStatus("running as process \\d+");
        desk.expectProcesses(2);
        desk.type("second\n");
        desk.expectLines(2, "second");
        desk.terminal(1);
        desk.type("frist\b\b\b\birst\n");
        desk.expectLines(2, "first");
        desk.expectLines(0, "second");
        desk.press("Control+c");
        desk.expectStatus("ended by \\^C \\(SIGINT\\)");
        desk.expectProcesses(1);

        desk.terminal(2);
        desk.expectStatus("running as process \\d+");
        desk.expectLines(2, "second");
        desk.type("");
        desk.press("Control+d");
        desk.expectStatus("exited with status 0");
        desk.expectProcesses(0);
    }

    @Test
    void stopAndRestart(Desk desk, @TempDir Path folder) throws IOException {
        desk.choose(guest(folder, "cat"));
        assertThat(desk.page.locator("#restart")).isDisabled();
        desk.run("");
        desk.expectStatus("running as process \\d+");
        desk.type("before\n");
        desk.expectLines(2, "before");
        desk.restart();
        desk.expectLines(0, "before");
        desk.expectStatus("running as process \\d+");
        // The terminal has the focus: typing goes on.
        desk.page.keyboard().type("after\n");
        desk.expectLines(2, "after");
        desk.expectProcesses(1);
        desk.stop();
        desk.expectStatus("killed by SIGTERM");
        desk.restart();
        desk.expectStatus("running as process \\d+");
        desk.page.keyboard().press("Control+d");
        desk.expectStatus("exited with status 0");
        assertThat(desk.page.locator("#runs button")).hasCount(1);
    }

    @Test
    void suspendedAndContinued(Desk desk, @TempDir Path folder) throws IOException {
        desk.choose(guest(folder, "cat"));
        desk.run("");
        desk.expectStatus("running as process \\d+");
        desk.type("");
        desk.press("Control+z");
        assertThat(desk.page.locator("#processes .state")).hasText("stopped");
        desk.press("Continue", "process");
        assertThat(desk.page.locator("#processes .state")).hasText("sleeping");
        desk.type("on\n");
        desk.expectLine("^Zon");
        desk.expectLine("on");
        desk.press("Control+d");
        desk.expectStatus("exited with status 0");
    }

    @Test
    void theSizeFollowsThePage(Desk desk, @TempDir Path folder) throws IOException {
        desk.choose(guest(folder, "term"));
        desk.run("size line size");
        desk.page.waitForFunction("() => /size \\d+ x \\d+/.test(document.querySelector('.xterm-rows')?.textContent)");
        String before = (String) desk.page.evaluate("() => document.querySelector('.xterm-screen').style.width");
        desk.page.setViewportSize(1700, 700);
        desk.page.waitForFunction("(before) => document.querySelector('.xterm-screen').style.width !== before", before);
        desk.type("\n");
        desk.page.waitForFunction(
            "() => new Set(document.querySelector('.xterm-rows').textContent.match(/size \\d+ x \\d+/g)).size === 2");
        desk.expectStatus("exited with status 0");
    }

    @Test
    void argumentsAndEnvironmentStayWithTheirProject(Desk desk, @TempDir Path folder) throws IOException {
        desk.choose(guest(folder, "env"));
        desk.page.locator("#env-box summary").click();
        desk.page.locator("#env").fill("TEA=green tea\n# not this\nEMPTY=");
        desk.run("one");
        desk.expectLine("TEA=green tea");
        desk.expectLine("PWD=/work/env");
        desk.expectStatus("exited with status 0");
        desk.choose(guest(folder, "cat"));
        assertThat(desk.page.locator("#env")).hasValue("");
        assertThat(desk.page.locator("#args")).hasValue("");
        desk.show("env");
        assertThat(desk.page.locator("#env")).hasValue("TEA=green tea\n# not this\nEMPTY=");
        assertThat(desk.page.locator("#args")).hasValue("one");
        desk.page.locator("#env").fill("nonsense");
        desk.page.locator("#run").click();
        assertThat(desk.page.locator("#runs button")).hasCount(1);
    }

    @Test
    void aWaitingProgramCostsNothing(Desk desk, @TempDir Path folder) throws IOException {
        Path waiting = Files.createDirectory(folder.resolve("waiting"));
        Files.writeString(waiting.resolve("main.py"), "print('hello', input('name? '))\n");
        desk.choose(waiting);
        desk.run("");
        Path script = Files.createDirectory(folder.resolve("script"));
        Files.writeString(script.resolve("index.js"), "console.log('tea', process.stdout.columns > 20)\n");
        for (Path project : new Path[] {script, Checkout.path("examples/c-hello"), Checkout.path("examples/rust-hello"),
            Checkout.path("examples/go-hello")}) {
            desk.choose(project);
            desk.run("0");
        }
        for (int i = 2; i <= 5; i++) {
            desk.terminal(i);
            desk.expectStatus("exited with status 0");
        }
        desk.terminal(1);
        desk.expectText("name?");
        desk.expectStatus("running as process \\d+");
        desk.expectProcesses(1);

        CDPSession browser = desk.page.context().browser().newBrowserCDPSession();
        double least = Double.MAX_VALUE;
        // What was compiled and thrown away is still being dealt with at first: a window of three seconds of several.
        for (int i = 0; i < 8 && least >= 0.05; i++) {
            double before = rendererSeconds(browser);
            desk.page.evaluate("() => new Promise((done) => setTimeout(done, 3000))");
            least = Math.min(least, rendererSeconds(browser) - before);
        }
        browser.detach();
        System.out.printf("renderer, 3 s before a program that waits: %.0f ms of CPU%n", 1000 * least);
        assertTrue(least < 0.05, "the renderer used " + least + " s of CPU in 3 s");
        desk.type("Ada\n");
        desk.expectLine("hello Ada");
        desk.expectStatus("exited with status 0");
    }

    /** CPU time of all renderers so far. */
    private static double rendererSeconds(CDPSession browser) {
        double seconds = 0;
        for (JsonElement process : browser.send("SystemInfo.getProcessInfo").getAsJsonArray("processInfo")) {
            JsonObject info = process.getAsJsonObject();
            if (info.get("type").getAsString().equals("renderer")) {
                seconds += info.get("cpuTime").getAsDouble();
            }
        }
        return seconds;
    }

    /** A folder with one of the guests in it. */
    private static Path guest(Path folder, String guest) throws IOException {
        Path project = Files.createDirectory(folder.resolve(guest));
        Files.copy(Checkout.guest(guest), project.resolve(guest + ".wasm"));
        return project;
    }
}
