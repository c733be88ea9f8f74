package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.samovar.e2e.Visitor.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.samovar.relay.Front;
import dev.samovar.relay.SamovarServer;
import dev.samovar.relay.ServerConfig;
import dev.samovar.relay.bore.BoreConfig;
import dev.samovar.relay.wisp.RelayConfig;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page as docs/operating.md puts it on the internet: under a name of its own, by HTTPS, on another port than the one in its address. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class PublicNameTest {

    private static final String NAME = "samovar.example";

    @TempDir
    Path folder;

    @Test
    void aProgramItsPreviewAndItsTunnel() throws Exception {
        Path project = Files.createDirectory(folder.resolve("serving"));
        Files.copy(Checkout.guest("serve"), project.resolve("serve.wasm"));
        Front front = new Front(List.of(), URI.create("https://" + NAME), List.of(identity()), List.of(),
            Front.DEFAULT.proxyHeader(), Front.DEFAULT.connections(), Front.DEFAULT.patienceSeconds());
        BoreConfig bore = BoreConfig.DEFAULT;
        ServerConfig config = new ServerConfig(0, Site.roots(), List.of(), false, null, RelayConfig.DEFAULT,
            new BoreConfig(bore.bind(), 0, null, 20_000, 60_000, 8, 128, 2000, 0, 10_000), null, front);
        try (SamovarServer server = SamovarServer.start(config);
            Chromium chromium = Chromium.launch("--ignore-certificate-errors", "--host-resolver-rules=MAP " + NAME + " 127.0.0.1:"
                + server.port() + ",MAP *." + NAME + " 127.0.0.1:" + server.port())) {
            assertEquals("https://" + NAME + "/", server.url());
            try (Desk desk = new Desk(chromium, server.url()).ready()) {
                desk.choose(project);
                desk.run("8000");
                Page page = desk.page;
                assertThat(page.frameLocator("#preview-screen iframe").locator("body")).hasText("hello there");
                Locator inTab = page.locator("#preview-tab");
                assertThat(inTab).hasAttribute("href", Pattern.compile("^https://p8000-\\w+\\.samovar\\.example/$"));
                Page tab = page.waitForPopup(inTab::click);
                assertThat(tab.locator("body")).hasText("hello there");
                tab.close();
                page.locator("#preview-share").click();
                page.locator("#share-server").fill("localhost:" + server.borePort());
                page.locator("#share-form .primary").click();
                assertThat(page.locator("#share-state")).hasText("Public");
                URI url = URI.create(page.locator("#share-url").textContent());
                assertEquals("hello there", new String(get(url.getPort(), "/"), UTF_8));
                desk.close();
                desk.check();
            }
        }
    }

    /** A certificate for the page and its previews that no authority has signed, by the JDK's keytool. */
    private Front.Identity identity() throws Exception {
        Path store = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
            "-alias", "page", "-keyalg", "EC", "-dname", "CN=" + NAME, "-ext", "SAN=dns:" + NAME + ",dns:*." + NAME,
            "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "changeit")
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertTrue(keytool.waitFor(60, TimeUnit.SECONDS) && keytool.exitValue() == 0, "keytool made no certificate");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        Key key = keys.getKey("page", "changeit".toCharArray());
        return new Front.Identity(pem("CERTIFICATE", keys.getCertificate("page").getEncoded()), pem("PRIVATE KEY", key.getEncoded()));
    }

    private Path pem(String kind, byte[] der) throws Exception {
        return Files.writeString(folder.resolve(kind + ".pem"), "-----BEGIN " + kind + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind + "-----\n");
    }
}
