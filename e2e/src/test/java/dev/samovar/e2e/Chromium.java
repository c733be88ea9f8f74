package dev.samovar.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The machine's Chromium, without a window. */
final class Chromium implements AutoCloseable {

    /** Another host, as programs inside see it; it is this machine. */
    static final String OUTSIDE = "outside.example";

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** @param more arguments of its command line */
    static Chromium launch(String... more) {
        PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
        Path executable = find();
        Playwright playwright = Playwright.create();
        // The driver adds --no-sandbox by itself: root and containers need it, and only this build's pages are opened.
        return new Chromium(playwright, playwright.chromium().launch(new BrowserType.LaunchOptions()
            .setExecutablePath(executable)
            .setArgs(Stream.concat(Stream.of("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP " + OUTSIDE + " 127.0.0.1"), Stream.of(more)).toList())));
    }

    private static Path find() {
        String given = System.getenv("SAMOVAR_CHROMIUM");
        if (given != null && !given.isEmpty()) {
            Path path = Path.of(given);
            if (!Files.isExecutable(path)) {
                throw new IllegalStateException("SAMOVAR_CHROMIUM is " + given + ", which is no program.");
            }
            return path;
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("There is no Chromium on the PATH: install it (on Debian, "
                + "apt-get install chromium), or set SAMOVAR_CHROMIUM to where it is."));
    }

    /** A context of its own: nothing stored, nothing cached. */
    BrowserContext context() {
        return browser.newContext();
    }

    @Override
    public void close() {
        playwright.close();
    }
}
