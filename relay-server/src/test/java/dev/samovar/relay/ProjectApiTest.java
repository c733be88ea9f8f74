package dev.samovar.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.protocol.Json;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The folder of the command line: who may read it, and what of it. */
@Timeout(60)
class ProjectApiTest extends ServedTest {

    private static final String TOKEN = "t".repeat(32);
    private static final String AUTHORIZED = "Authorization: Bearer " + TOKEN;

    private Path project;

    @Override
    ServerConfig.Project project() throws Exception {
        project = Files.createDirectory(parent.resolve("my project"));
        Files.writeString(project.resolve("main.py"), "print(1)");
        Files.writeString(project.resolve(".gitignore"), "*.log\n/out/\n");
        Files.createDirectories(project.resolve("lib/empty"));
        Files.writeString(project.resolve("lib/a b & é #1.txt"), "odd");
        Files.writeString(project.resolve("x.log"), "SECRET");
        Files.createDirectory(project.resolve("out"));
        Files.writeString(project.resolve("out/x"), "SECRET");
        Files.createDirectory(project.resolve(".git"));
        Files.writeString(project.resolve(".git/config"), "SECRET");
        Files.createSymbolicLink(project.resolve("inside"), Path.of("lib/../main.py"));
        Files.createSymbolicLink(project.resolve("outside"), Path.of("../secret"));
        Files.createSymbolicLink(project.resolve("absolute"), parent.resolve("secret"));
        Files.createSymbolicLink(project.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(project.resolve("lib/around"), Path.of("../up/secret"));
        return new ServerConfig.Project(project, TOKEN, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/project", "/project/zip", "/project/file?path=main.py", "/project/changes?since=0", "/project/x"})
    void nothingIsToldWithoutTheToken(String path) throws Exception {
        refused(path);
        refused(path, "Authorization: Bearer " + "u".repeat(32));
        refused(path, "Authorization: Bearer");
        refused(path + (path.contains("?") ? "&" : "?") + "token=" + TOKEN);
        refused(path, AUTHORIZED, "Origin: https://evil.example");
        refused(path, AUTHORIZED, "Origin: http://p8000-x." + host("samovar.localhost"));
        refused(path, AUTHORIZED, "Origin: null");
        refused(path, AUTHORIZED, "Sec-Fetch-Site: same-site");
        refused(path, AUTHORIZED, "Sec-Fetch-Site: none");
        assertEquals(421, http.ask("GET", path, "evil.example", AUTHORIZED).status());
        assertEquals(302, http.ask("GET", path, host("localhost"), AUTHORIZED).status());
        assertEquals(404, http.ask("GET", path, host("p8000-x.samovar.localhost"), AUTHORIZED, "Sec-Fetch-Mode: cors").status());
        assertEquals(405, http.ask("POST", path, host("samovar.localhost"), AUTHORIZED, "Content-Length: 0").status());
    }

    private void refused(String path, String... headers) throws Exception {
        RawHttp.Answer answer = http.get(path, headers);
        assertEquals(403, answer.status(), path + " " + List.of(headers));
        assertTrue(answer.body().endsWith(".\n"), answer.body());
    }

    @Test
    void thePageLearnsWhatThereIs() throws Exception {
        RawHttp.Answer answer = http.get("/project", AUTHORIZED, "Origin: http://" + host("samovar.localhost"),
            "Sec-Fetch-Site: same-origin");
        Map<String, Object> project = Json.parseObject(answer.body());
        assertEquals("my project", project.get("name"));
        assertEquals(true, project.get("watch"));
        assertEquals(List.of(".git/", "absolute", "lib/around", "out/", "outside", "up", "x.log"),
            ((List<?>) project.get("skipped")).stream().map(String.class::cast).sorted().toList());
        assertEquals("no-store", answer.header("Cache-Control"));
    }

    @Test
    void theZipHoldsWhatIsNotLeftOut() throws Exception {
        RawHttp.Answer answer = http.get("/project/zip", AUTHORIZED);
        Map<String, String> found = new TreeMap<>();
        byte[] body = RawHttp.unchunked(answer).getBytes(ISO_8859_1);
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(body))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                found.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertEquals(Map.of(".gitignore", "*.log\n/out/\n", "lib/", "", "lib/a b & é #1.txt", "odd", "lib/empty/", "",
            "main.py", "print(1)"), found);
    }

    @Test
    void aFileIsReadByThePathItHas() throws Exception {
        assertEquals("print(1)", read("main.py").body());
        assertEquals("odd", read("lib/a b & é #1.txt").body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../secret", "/main.py", "lib/../main.py", "lib/../../secret", "./main.py", "lib//x",
        "main.py/", "lib", "x.log", "out/x", ".git/config", "inside", "outside", "absolute", "up/secret", "lib/around",
        "..\\secret", "main.py\0", "%2e%2e/secret", "MAIN.PY", "\ud83d"})
    void noOtherPathIsRead(String path) throws Exception {
        RawHttp.Answer answer = read(path);
        assertEquals(404, answer.status(), path);
        assertFalse(answer.body().contains("SECRET"));
        assertTrue(answer.body().endsWith(".\n"), answer.body());
    }

    @Test
    void aFolderThatBecameALinkIsNotFollowed() throws Exception {
        Files.createDirectory(project.resolve("d"));
        Files.writeString(project.resolve("d/secret"), "inner");
        assertEquals("inner", read("d/secret").body());
        Files.delete(project.resolve("d/secret"));
        Files.delete(project.resolve("d"));
        // The last scan still knows d/secret.
        ProjectFolder folder = new ProjectFolder(project);
        Files.createDirectory(project.resolve("d"));
        Files.writeString(project.resolve("d/secret"), "inner");
        folder.scan();
        Files.delete(project.resolve("d/secret"));
        Files.delete(project.resolve("d"));
        Files.createSymbolicLink(project.resolve("d"), Path.of(".."));
        org.junit.jupiter.api.Assertions.assertThrows(java.nio.file.NoSuchFileException.class, () -> folder.open("d/secret"));
    }

    private RawHttp.Answer read(String path) throws Exception {
        http.get("/project", AUTHORIZED);
        return http.get("/project/file?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8), AUTHORIZED);
    }

    @Test
    void changesAreToldOnceAndWaitedFor() throws Exception {
        Map<String, Object> all = changes(0);
        assertEquals(List.of("inside", "lib", "lib/a b & é #1.txt", "lib/empty", "main.py", ".gitignore").stream().sorted().toList(),
            paths(all));
        CompletableFuture<Map<String, Object>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return changes(((Double) all.get("version")).longValue());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Files.writeString(project.resolve("x.log"), "nobody's business");
        Files.writeString(project.resolve("new.txt"), "new");
        Map<String, Object> changes = waiting.get(30, TimeUnit.SECONDS);
        assertEquals(List.of("new.txt"), paths(changes));
        Files.delete(project.resolve("new.txt"));
        Map<String, Object> gone = changes(((Double) changes.get("version")).longValue());
        assertEquals(List.of("new.txt"), gone.get("removed"));
        assertEquals(List.of(), paths(gone));
    }

    @Test
    void aVersionIsANumber() throws Exception {
        assertEquals(400, http.get("/project/changes", AUTHORIZED).status());
        assertEquals(400, http.get("/project/changes?since=x", AUTHORIZED).status());
    }

    private Map<String, Object> changes(long since) throws Exception {
        return Json.parseObject(new String(http.get("/project/changes?since=" + since, AUTHORIZED).body().getBytes(ISO_8859_1),
            StandardCharsets.UTF_8));
    }

    private static List<String> paths(Map<String, Object> changes) {
        return ((List<?>) changes.get("changed")).stream().map(each -> (String) ((Map<?, ?>) each).get("path")).toList();
    }
}
