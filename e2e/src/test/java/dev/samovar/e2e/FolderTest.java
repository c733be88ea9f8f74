package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Download;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The ways a folder comes onto the page, and the way it goes out: always the same tree. */
@ExtendWith(InBrowser.class)
class FolderTest {

    private static final int LARGE = 100_000_000;

    @TempDir
    Path disk;

    /** A folder with everything that a folder may hold. Empty folders are in it only where they can come through. */
    private Path folder(boolean withEmptyFolders) throws IOException {
        Path folder = Files.createDirectories(disk.resolve("my project"));
        Files.writeString(folder.resolve(".gitignore"), "left out/\n*.log\n");
        Files.writeString(folder.resolve("a b  c.txt"), "spaces");
        Files.writeString(folder.resolve("🫖 ümlaut.txt"), "emoji");
        Files.writeString(folder.resolve("__proto__"), "a name like any other");
        Files.writeString(folder.resolve("nothing"), "");
        Files.createDirectories(folder.resolve("deep/er/and deeper"));
        Files.writeString(folder.resolve("deep/er/and deeper/x"), "x");
        Files.createDirectory(folder.resolve("left out"));
        Files.writeString(folder.resolve("left out/x"), "x");
        Files.writeString(folder.resolve("some.log"), "x");
        Files.createDirectory(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/config"), "x");
        if (withEmptyFolders) {
            Files.createDirectory(folder.resolve("empty"));
        }
        byte[] large = new byte[LARGE];
        new Random(1).nextBytes(large);
        Files.write(folder.resolve("large.bin"), large);
        return folder;
    }

    /** What comes through, a line each: the path, and a file's SHA-256. */
    private static List<String> listing(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted().toList()) {
                String name = folder.relativize(path).toString();
                if (!name.isEmpty() && !name.startsWith("left out") && !name.startsWith(".git/") && !name.equals(".git")
                    && !name.equals("some.log")) {
                    lines.add(Files.isDirectory(path) ? name + "/" : name + " " + sha256(Files.readAllBytes(path)));
                }
            }
        }
        return lines.stream().sorted().toList();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the page takes out of the OS again, as a person would. */
    private static List<String> taken(Desk desk) throws IOException {
        Download download = desk.page.waitForDownload(() -> desk.page.locator("#take-zip").click());
        assertEquals("my-project.zip", download.suggestedFilename());
        List<String> lines = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(download.path())))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                lines.add(entry.isDirectory() ? entry.getName() : entry.getName() + " " + sha256(zip.readAllBytes()));
            }
        }
        return lines.stream().sorted().toList();
    }

    private static void saysWhatIsLeftOut(Desk desk) {
        for (String name : List.of(".git/", "left out/", "some.log")) {
            assertThat(desk.page.locator("#found")).containsText(name);
        }
    }

    @Test
    void dropped(Desk desk) throws IOException {
        Path folder = folder(true);
        desk.dropOf(folder, "my-project");
        assertEquals(listing(folder), taken(desk));
        saysWhatIsLeftOut(desk);
    }

    @Test
    void chosenWithoutAPicker(Desk desk) throws IOException {
        Path folder = folder(false);
        desk.page.locator("#folder-input").setInputFiles(folder);
        desk.expectProject("my-project");
        assertEquals(listing(folder), taken(desk));
        saysWhatIsLeftOut(desk);
    }

    @Test
    void chosenWithThePicker(Desk desk) throws IOException {
        Path folder = folder(true);
        // The picker needs a window; a handle of the browser's own disk stands in for what it would give.
        desk.page.evaluate("""
            async () => {
              const root = await navigator.storage.getDirectory();
              globalThis.picked = await root.getDirectoryHandle('my project', { create: true });
              globalThis.put = async (path, base64) => {
                const parts = path.split('/');
                let at = picked;
                for (const part of parts.slice(0, -1)) at = await at.getDirectoryHandle(part, { create: true });
                if (!parts.at(-1)) return;
                const writable = await (await at.getFileHandle(parts.at(-1), { create: true })).createWritable();
                await writable.write(Uint8Array.fromBase64(base64));
                await writable.close();
              };
              globalThis.showDirectoryPicker = async () => picked;
            }""");
        // What is large is made there: it would take long to hand it over.
        Files.writeString(folder.resolve("large.bin"), "A".repeat(LARGE));
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(each -> !each.equals(folder)).toList()) {
                String name = folder.relativize(path).toString();
                if (name.equals("large.bin")) {
                    desk.page.evaluate("""
                        async () => {
                          const writable = await (await picked.getFileHandle('large.bin', { create: true })).createWritable();
                          await writable.write('A'.repeat(100_000_000));
                          await writable.close();
                        }""");
                } else {
                    String text = Files.isDirectory(path) ? "" : java.util.Base64.getEncoder().encodeToString(Files.readAllBytes(path));
                    desk.page.evaluate("([path, base64]) => put(path, base64)",
                        List.of(Files.isDirectory(path) ? name + "/" : name, text));
                }
            }
        }
        desk.page.locator("#choose").click();
        desk.expectProject("my-project");
        assertEquals(listing(folder), taken(desk));
        saysWhatIsLeftOut(desk);
    }

    @Test
    void asAZipDroppedAndChosen(Desk desk) throws IOException {
        Path folder = folder(true);
        Path zip = disk.resolve("of another name.zip");
        try (OutputStream out = Files.newOutputStream(zip); ZipOutputStream to = new ZipOutputStream(out);
            Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted().toList()) {
                String name = "my project/" + folder.relativize(path);
                to.putNextEntry(new ZipEntry(Files.isDirectory(path) && !name.endsWith("/") ? name + "/" : name));
                if (Files.isRegularFile(path)) {
                    Files.copy(path, to);
                }
            }
        }
        desk.dropOf(zip, "my-project");
        assertEquals(listing(folder), taken(desk));
        desk.page.locator("#file-input").setInputFiles(zip);
        desk.expectProject("my-project-2");
    }

    @Test
    void aBadZipSaysWhyAndLeavesNothing(Desk desk) throws IOException {
        Path zip = disk.resolve("bad.zip");
        try (ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(zip))) {
            to.putNextEntry(new ZipEntry("good.txt"));
            to.putNextEntry(new ZipEntry("../evil.txt"));
        }
        desk.expectComplaint("evil");
        desk.page.locator("#file-input").setInputFiles(zip);
        assertThat(desk.page.locator("#notice")).containsText("\"../evil.txt\", which is not the name of something inside a folder");
        assertThat(desk.page.locator("#project")).isHidden();
    }

    @Test
    void aSingleProgramRuns(Desk desk) throws IOException {
        desk.page.locator("#file-input").setInputFiles(Checkout.guest("status"));
        desk.expectProject("status");
        desk.run("3");
        desk.expectStatus("exited with status 3");
        desk.dropOf(Checkout.guest("env"), "env");
        desk.run("");
        desk.expectStatus("exited with status 0");
    }

    @Test
    void aLargeFolderCanBeGivenUp(Desk desk) throws IOException {
        Path folder = Files.createDirectory(disk.resolve("many"));
        for (int i = 0; i < 3000; i++) {
            Files.writeString(folder.resolve("file-" + i), "x".repeat(1000), StandardCharsets.US_ASCII);
        }
        desk.page.evaluate("""
            () => new MutationObserver(() => { if (!document.getElementById('mounting').hidden) document.getElementById('cancel').click(); })
              .observe(document.getElementById('progress-text'), { childList: true })""");
        desk.page.locator("#folder-input").setInputFiles(folder);
        assertThat(desk.page.locator("#mounting")).isHidden();
        assertThat(desk.page.locator("#project")).isHidden();
        assertTrue(desk.page.locator("#notice").isHidden());
    }
}
