package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line, read and as a person meets it. */
class FlagsTest {

    @TempDir
    Path root;

    @Test
    void haveDefaults() {
        ServerConfig config = Flags.parse("--root", root.toString());
        assertEquals(8420, config.port());
        assertEquals(List.of(root), config.roots());
        assertTrue(config.corsOrigins().isEmpty());
        assertFalse(config.verbose());
    }

    @Test
    void areRepeatableWhereThatMakesSense() {
        ServerConfig config = Flags.parse("--root", root.toString(), "--port", "0", "--root", ".", "--verbose",
            "--allow-cors", "https://a.example", "--allow-cors", "http://localhost:3000");
        assertEquals(0, config.port());
        assertEquals(List.of(root, Path.of(".")), config.roots());
        assertEquals(List.of("https://a.example", "http://localhost:3000"), config.corsOrigins());
        assertTrue(config.verbose());
    }

    @Test
    void helpIsNoConfig() {
        assertNull(Flags.parse("--help"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--prot 1", "--port", "--port x", "--port -1", "--port 65536", "--root", "--root /no/such",
        "--relay-allow x", "--relay-streams 0", "--bore-ports 9-8", "--bore-bind", "--bore-bind no.such.invalid",
        "--config", "--config /no/such", "--drain-seconds x", "--preview-suffix", "--preview-suffix a:80", "--preview-suffix .a", "--preview-suffix 1",
        "--bind no.such.invalid", "--public-origin https://a.example/", "--public-origin a.example", "--tls-key k.pem",
        "--trust-proxy a.example", "--trust-proxy 10.0.0.0/33", "--proxy-header x", "--connections 0",
        "--allow-cors *", "--allow-cors a.example", "--allow-cors https://a.example/", "--allow-cors file:///x", ""})
    void whatMakesNoSenseIsSaid(String line) {
        String[] args = line.isEmpty() ? new String[0] : line.split(" ");
        String sentence = assertThrows(IllegalArgumentException.class, () -> Flags.parse(args)).getMessage();
        assertTrue(sentence.endsWith("."), sentence);
    }

    @Test
    void theRelayAndBoreAreOffUnlessAskedFor() {
        ServerConfig config = Flags.parse("--root", root.toString());
        assertTrue(config.relay().allow().targets().isEmpty());
        assertNull(config.relay().token());
        assertNull(config.bore());
        assertTrue(Flags.parse("--root", root.toString(), "--bore-server").bore().bind().isLoopbackAddress());
    }

    @Test
    void aLaterSourceGoesBeforeAnEarlierAndListsAdd() throws Exception {
        Path file = Files.writeString(root.resolve("conf"), """
            # a comment
            relay-allow 10.0.0.0/8:22
            bore-server
            bore-secret = hush hush
            bore-port 2
            relay-streams 7
            bind ::1
            public-origin https://A.example:8443
            tls-certificate a.crt
            tls-key a.key
            trust-proxy 10.0.0.0/8
            trust-proxy 127.0.0.1
            proxy-header forwarded
            connections 5
            """);
        Map<String, String> environment = Map.of("SAMOVAR_RELAY_ALLOW", "a.example:1, b.example:2", "SAMOVAR_BORE_PORT", "1",
            "SAMOVAR_RELAY_STREAMS", "9", "SAMOVAR_RELAY_TOKEN", "t0ken", "SAMOVAR_OTHER", "x");
        ServerConfig config = Flags.parse(environment, "--relay-streams", "8", "--config", file.toString(),
            "--root", root.toString(), "--relay-allow", "localhost:3");
        assertEquals("[a.example:1, b.example:2, 10.0.0.0/8:22, localhost:3]", config.relay().allow().targets().toString());
        assertEquals(8, config.relay().streams());
        assertEquals(2, config.bore().controlPort());
        assertEquals("hush hush", config.bore().secret());
        assertEquals("https://a.example:8443", config.front().publicOrigin().toString());
        String printed = Flags.print(config);
        assertFalse(printed.contains("hush") || printed.contains("t0ken"), printed);
        Path again = Files.writeString(root.resolve("again"), printed);
        assertEquals(printed.replaceAll("#.*\n", ""), Flags.print(Flags.parse("--config", again.toString())));
    }

    @Test
    void whatNeedsANewStartIsKnown() {
        String[] usual = {"--root", root.toString(), "--tls-certificate", "c", "--tls-key", "k", "--bore-server"};
        ServerConfig before = Flags.parse(Map.of(), usual);
        String[] changed = {"--root", ".", "--bore-server", "--relay-allow", "a.example:1", "--relay-streams", "5", "--bore-secret",
            "x", "--bore-port", "5", "--bore-rate", "7", "--trust-proxy", "10.0.0.1", "--bind", "127.0.0.1"};
        assertEquals(Set.of("bind", "bore-port", "root", "tls-certificate", "tls-key"),
            Flags.fixed(before, Flags.parse(Map.of("SAMOVAR_DRAIN_SECONDS", "9"), changed)));
        usual[3] = "d";
        assertEquals(Set.of(), Flags.fixed(before, Flags.parse(Map.of(), usual)));
    }

    @Test
    void aFilesErrorNamesTheLine() throws Exception {
        Path file = root.resolve("conf");
        for (String line : List.of("relay-streams many", "relay-streams", "no-such 1", "relay-allow 0x7f.1:80")) {
            Files.writeString(file, "\nport 0\n" + line + "\n");
            String sentence = assertThrows(IllegalArgumentException.class,
                () -> Flags.parse("--config", file.toString(), "--root", root.toString())).getMessage();
            assertTrue(sentence.startsWith(file + ", line 3: ") && sentence.endsWith("."), sentence);
        }
    }

    @Test
    void theProgramPrintsItsSettings() throws Exception {
        String printed = run("--print-config", "--port", "0", "--root", root.toString(), "--bore-secret", "hush", "--bore-server");
        assertTrue(printed.startsWith("0: port 0") && printed.contains("# bore-secret is set"), printed);
        assertFalse(printed.contains("hush"), printed);
    }

    @Test
    void theProgramExitsWith2OnABadFlag() throws Exception {
        assertEquals("2: There is no flag --prot. (--help lists the flags.)", run("--prot", "1"));
    }

    @Test
    void theProgramExitsWith1OnATakenPort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = String.valueOf(taken.getLocalPort());
            assertEquals("1: Port " + port + " is taken by another program: stop that one, or choose another port"
                + " with --port N.", run("--port", port, "--root", root.toString()));
        }
    }

    @Test
    void theProgramPrintsHelp() throws Exception {
        assertEquals("0: " + Flags.HELP.strip(), run("--help"));
    }

    private String run(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(args));
        Path out = root.resolve("out");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return process.exitValue() + ": " + Files.readString(out).strip();
    }
}
