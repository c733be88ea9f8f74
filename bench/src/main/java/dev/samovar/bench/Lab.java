package dev.samovar.bench;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import dev.samovar.relay.SamovarServer;
import dev.samovar.relay.ServerConfig;
import dev.samovar.relay.bore.BoreConfig;
import dev.samovar.relay.wisp.RelayConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server and a browser of the benchmark's own. */
final class Lab implements AutoCloseable {

    /** They keep Chromium from doing things of its own beside what is measured. */
    private static final List<String> QUIET = List.of("--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync");

    private static final List<Path> ROOTS = List.of(Path.of("static/target/site"), Path.of("service-worker/target/site"),
        Path.of("kernel-web/target/site"), Path.of("runtimes/target/site"), Path.of(".samovar/site"),
        Path.of("bench/site"));

    private final SamovarServer server;
    private final Playwright playwright;
    private final Browser browser;

    /**
     * Starts both.
     *
     * @throws IOException with a sentence, when the server cannot start
     */
    Lab() throws IOException {
        server = SamovarServer.start(ServerConfig.serving(ROOTS.toArray(Path[]::new)));
        playwright = Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = launch();
    }

    private Browser launch() {
        String chromium = System.getenv("SAMOVAR_CHROMIUM");
        if (chromium == null) {
            throw new IllegalStateException("SAMOVAR_CHROMIUM names no browser: run ./samovar bench, which sets it.");
        }
        List<String> flags = new ArrayList<>(QUIET);
        if ("root".equals(System.getProperty("user.name"))) {
            flags.add("--no-sandbox");
        }
        return playwright.chromium().launch(new LaunchOptions().setExecutablePath(Path.of(chromium)).setArgs(flags));
    }

    String chromiumVersion() {
        return browser.version();
    }

    /** The page's address. */
    String url() {
        return server.url();
    }

    /**
     * A blank tab in a context of its own: its HTTP cache is empty, and its renderer process is a new one, which has
     * compiled nothing yet.
     */
    Tab freshTab() {
        return new Tab(browser.newContext(), url());
    }

    /** As {@link #freshTab()}; its page may have frames of any origin. */
    Tab freshTabWithFrames() {
        return new Tab(browser.newContext(new Browser.NewContextOptions().setBypassCSP(true)), url());
    }

    /** Starts a server of the site that is a bore server besides. */
    static SamovarServer boreServer() throws IOException {
        BoreConfig any = BoreConfig.DEFAULT;
        return SamovarServer.start(new ServerConfig(0, ROOTS, List.of(), false, null, RelayConfig.DEFAULT, new BoreConfig(any.bind(),
            0, null, any.firstPort(), any.lastPort(), any.tunnels(), any.visitors(), any.connections(), 0, any.claimMillis())));
    }

    /** A blank tab at another server of the site. */
    Tab freshTab(SamovarServer other) {
        return new Tab(browser.newContext(), other.url());
    }

    /** A blank tab in a browser that was started for it, with an empty profile; closing the tab ends that browser. */
    Tab freshBrowser() {
        Browser another = launch();
        return new Tab(another.newContext(), url()) {
            @Override
            public void close() {
                another.close();
            }
        };
    }

    @Override
    public void close() {
        playwright.close();
        server.close();
    }
}
