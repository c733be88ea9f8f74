package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.samovar.relay.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./samovar PROJECT --watch}: the folder is on the page when that opens, and what changes in it comes after. */
@ExtendWith(InBrowser.class)
class ServedProjectTest {

    private static final String TOKEN = "0123456789abcdef".repeat(2);

    @TempDir
    Path disk;

    private Path project() throws IOException {
        Path project = Files.createDirectory(disk.resolve("tea"));
        Files.writeString(project.resolve("main.js"), "console.log('one'); const wait = () => setTimeout(wait, 100); wait();");
        Files.writeString(project.resolve(".gitignore"), "secret.txt\n");
        Files.writeString(project.resolve("secret.txt"), "SECRET");
        Files.createSymbolicLink(project.resolve("link.js"), Path.of("main.js"));
        return project;
    }

    @Test
    void theProjectIsThereAndFollowsTheDisk(Chromium chromium) throws IOException {
        Path project = project();
        try (Site site = Site.serve(new ServerConfig.Project(project, TOKEN, true));
            Desk desk = new Desk(chromium, site.openingUrl())) {
            desk.ready();
            desk.expectProject("tea");
            assertThat(desk.page.locator("#found")).containsText("secret.txt");
            assertThat(desk.page.locator("#file-list")).containsText("link.js");
            desk.run("");
            desk.expectLine("one");
            Files.writeString(project.resolve("main.js"), "console.log('two'); const wait = () => setTimeout(wait, 100); wait();");
            desk.expectLine("two");
            Files.writeString(project.resolve("new file.txt"), "new");
            desk.expectFile("new file.txt");
            assertEquals("new", desk.readFile("new file.txt"));
            Files.delete(project.resolve("new file.txt"));
            desk.expectNoFile("new file.txt");
            desk.stop();
            desk.expectStatus("killed by");
            desk.expectProcesses(0);
            desk.check();
        }
    }

    @Test
    void anotherTokenGetsNothing(Chromium chromium) throws IOException {
        try (Site site = Site.serve(new ServerConfig.Project(project(), TOKEN, false));
            Desk desk = new Desk(chromium, site.url("") + "#project=wrong")) {
            desk.expectComplaint("403");
            desk.expectComplaint("needs the token");
            desk.ready();
            assertThat(desk.page.locator("#notice")).containsText("This needs the token of the project");
            assertThat(desk.page.locator("#project")).isHidden();
            desk.check();
        }
    }
}
