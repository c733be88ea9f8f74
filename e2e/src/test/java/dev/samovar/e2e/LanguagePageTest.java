package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Languages on the page: what a project needs is fetched, and can be given up; one that somebody brings; what a program may do. */
@ExtendWith(InBrowser.class)
class LanguagePageTest {

    private static final String PROGRAMS = "**/runtimes/*.wasm";
    /** PHP 8.2's CGI, which runtimes/make.mjs makes for the tests. */
    private static final String PHP = "68c96239a9b8095f21dd80af1714e5f270e4e08ef516821d90290da72d829a0e";
    private static final int BEGINNING = 100_000;

    @TempDir
    Path disk;

    private Path project(String name, String... files) throws IOException {
        Path folder = Files.createDirectory(disk.resolve(name));
        for (int i = 0; i < files.length; i += 2) {
            Files.writeString(folder.resolve(files[i]), files[i + 1]);
        }
        return folder;
    }

    @Test
    void aDownloadIsGivenUpAndTakenUpAgain(Desk desk) throws IOException {
        Locator strip = desk.page.locator("#downloading");
        CountDownLatch over = new CountDownLatch(1);
        HttpServer slow = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        slow.setExecutor(threads);
        slow.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 10 * BEGINNING);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(new byte[BEGINNING]);
                body.flush();
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        slow.start();
        try {
            desk.page.route(PROGRAMS, route -> route.resume(
                new Route.ResumeOptions().setUrl("http://127.0.0.1:" + slow.getAddress().getPort() + "/")));
            desk.choose(project("answer", "main.js", "console.log(6 * 7);\n", "package.json", "{\"main\": \"main.js\"}"));
            assertThat(strip).isVisible();
            assertThat(strip.locator("p")).containsText("Fetching qjs");
            strip.locator("button").click();
            assertThat(strip).isHidden();
            assertThat(desk.page.locator("#notice")).isHidden();
        } finally {
            over.countDown();
            slow.stop(0);
            threads.shutdownNow();
        }
        desk.page.unroute(PROGRAMS);
        desk.run("");
        desk.expectLine("42");
        desk.expectStatus("exited with status 0");
    }

    @Test
    void aBroughtLanguageRunsAndIsThereAfterAReload(Desk desk) throws IOException {
        Path folder = project("elephant", "x.php", "<?php echo 6 * 7, PHP_EOL;", "samovar.json",
            "{\"command\": \"php\", \"args\": [\"x.php\"]}");
        desk.page.locator("#bring").click();
        Locator dialog = desk.page.locator("#bringing");
        dialog.locator("[name=file]").setInputFiles(Checkout.path(".samovar/site/runtimes/" + PHP + ".wasm"));
        dialog.locator("[name=sha256]").fill(PHP.replaceFirst("^.", "0"));
        dialog.locator("[name=command]").fill("php");
        dialog.locator("[name=version]").fill("8.2");
        dialog.locator("[name=arguments]").fill("-q -f");
        dialog.locator("[name=extensions]").fill(".php");
        dialog.locator("[type=submit]").click();
        assertThat(desk.page.locator("#bring-problem")).containsText("SHA-256 is " + PHP);
        dialog.locator("[name=sha256]").fill(PHP);
        dialog.locator("[type=submit]").click();
        assertThat(dialog).isHidden();
        desk.choose(folder);
        desk.run("");
        desk.expectLine("42");
        desk.expectStatus("exited with status 0");

        desk.page.reload();
        desk.ready();
        desk.choose(folder);
        desk.run("");
        desk.expectLine("42");
        desk.expectStatus("exited with status 0");
    }

    @Test
    void whatAProcessMayDoCanBeRead(Desk desk) throws IOException {
        Path folder = project("modest", "samovar.json", """
            {"command": "loop.wasm", "limits": {"memory": "64MiB", "openFiles": 12},
             "capabilities": {"read": ["."], "listen": [8000], "connect": ["example.org:443"], "clock": true}}""");
        Files.copy(Checkout.guest("loop"), folder.resolve("loop.wasm"));
        desk.choose(folder);
        desk.run("");
        desk.page.locator("#processes .command button").click();
        Locator text = desk.page.locator("#viewer-text");
        for (String line : new String[] {"loop.wasm", "Listen on port 8000", "Connect to example.org:443", "Read the clock",
            "64.0 MiB of memory", "12 open files"}) {
            assertThat(text).containsText(line);
        }
        String said = text.textContent();
        assertTrue(said.contains("Read what is below /work/") && !said.contains("Change what") && !said.contains("Start processes"), said);
        desk.press("Escape");
        desk.kill();
        desk.expectStatus("killed by SIGKILL");
    }

    @Test
    void whoTakesTooMuchIsToldSoAndTheOthersGoOn(Desk desk) throws IOException {
        Path other = project("other");
        Files.copy(Checkout.guest("loop"), other.resolve("loop.wasm"));
        desk.choose(other);
        desk.run("");
        desk.expectProcesses(1);
        Path greedy = project("greedy", "samovar.json", """
            {"command": "try.wasm", "limits": {"memory": "16MiB", "disk": "24KiB"}}""");
        Files.copy(Checkout.guest("try"), greedy.resolve("try.wasm"));
        desk.choose(greedy);
        desk.run("memory exit:3");
        desk.expectText("its memory limit of 16 MiB (limits.memory) was reached");
        desk.expectStatus("exited with status 3");
        desk.run("fill:big");
        desk.expectText("EDQUOT");
        desk.expectStatus("exited with status 0");
        desk.expectProcesses(1);
        desk.show("other");
        desk.expectStatus("running as process \\d+");
        desk.kill();
        desk.expectStatus("killed by SIGKILL");
    }
}
