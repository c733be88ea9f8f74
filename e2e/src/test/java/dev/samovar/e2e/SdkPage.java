package dev.samovar.e2e;

import com.microsoft.playwright.PlaywrightException;
import java.util.stream.Collectors;

/** A blank page of the site, on which snippets use the SDK. What they may call is in kit.js. */
final class SdkPage extends Tab {

    private static final int SECONDS = 60;

    SdkPage(Chromium chromium, Site site) {
        super(chromium);
        page.exposeFunction("checkoutFile", arguments -> Checkout.base64((String) arguments[0]));
        page.navigate(site.url("e2e/blank.html"));
        page.waitForFunction("() => globalThis.within");
    }

    /** Loads the page anew. */
    void reload() {
        page.reload();
        page.waitForFunction("() => globalThis.within");
    }

    /** Runs the body of an async function; what it throws fails the test. Answers what it returns. */
    Object run(String snippet) {
        return run(snippet, null);
    }

    /** Likewise, with {@code argument} for the snippet's {@code argument}. */
    Object run(String snippet, Object argument) {
        try {
            return page.evaluate("(argument) => within(" + SECONDS + ", async () => {\n" + snippet + "\n})", argument);
        } catch (PlaywrightException e) {
            throw new AssertionError(reason(e) + "\nConsole:\n" + String.join("\n", console()));
        }
    }

    /** What the snippet threw and from where, without the driver's own stack. */
    private static String reason(PlaywrightException e) {
        return e.getMessage().lines()
            .dropWhile(line -> !line.contains("message='"))
            .takeWhile(line -> !line.contains("name='"))
            .map(line -> line.replaceFirst("^\\s*message='", ""))
            .collect(Collectors.joining("\n"));
    }
}
