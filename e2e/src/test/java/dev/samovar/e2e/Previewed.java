package dev.samovar.e2e;

import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;

/** A program's page, in a frame as the OS page has them or in a tab of its own. Scripts run in it. */
final class Previewed {

    private static final String SANDBOX = "allow-scripts allow-same-origin allow-forms allow-modals allow-popups "
        + "allow-popups-to-escape-sandbox allow-downloads allow-pointer-lock";

    /** An answer of e2e/guests/web.c, byte for byte, as a path. */
    private static final String RAW = """
        globalThis.raw = (body, headers = 'Content-Type: text/html', status = '200 OK') => '/raw?' + encodeURIComponent(
          `HTTP/1.1 ${status}\\r\\n${headers}\\r\\nConnection: close\\r\\n\\r\\n${body}`);
        """;

    /** Where somebody looks at it. */
    enum Place {
        FRAME, TAB;

        /** Opens the page at {@code url} there. */
        Previewed open(SdkPage sdk, String url) {
            return this == FRAME ? framed(sdk, url) : inTab(sdk, url);
        }
    }

    private final Frame frame;

    private Previewed(Frame frame) {
        this.frame = frame;
        prepare();
    }

    /** A tab's first document may be the bootstrap's, which is loaded again just now. */
    private void prepare() {
        for (int tries = 1;; tries++) {
            try {
                frame.evaluate("() => {" + RAW + "}");
                return;
            } catch (PlaywrightException e) {
                if (tries == 10 || !e.getMessage().contains("context was destroyed")) {
                    throw e;
                }
            }
        }
    }

    /** Opens the page at {@code url} in a frame of the SDK's page. */
    static Previewed framed(SdkPage sdk, String url) {
        Frame frame = sdk.page.waitForFunction("""
            ([src, sandbox]) => {
              const frame = document.createElement('iframe');
              frame.setAttribute('sandbox', sandbox);
              frame.src = src;
              document.body.append(frame);
              return new Promise((loaded) => { frame.onload = () => loaded(frame); });
            }""", new String[] {url, SANDBOX}).asElement().contentFrame();
        return new Previewed(frame);
    }

    /** Opens it in a tab of its own. */
    static Previewed inTab(SdkPage sdk, String url) {
        Page page = sdk.page.context().newPage();
        page.navigate(url);
        return new Previewed(page.mainFrame());
    }

    /** The body of an async function, which may use {@code argument} and {@code raw(body, headers, status)}. */
    Object run(String snippet, Object argument) {
        return evaluate("async (argument) => {" + snippet + "\n}", argument);
    }

    Object run(String snippet) {
        return run(snippet, null);
    }

    private Object evaluate(String script, Object argument) {
        try {
            return frame.evaluate(script, argument);
        } catch (PlaywrightException e) {
            throw new AssertionError(frame.url() + ": " + e.getMessage());
        }
    }

    /** Follows an address in it. */
    Previewed navigate(String path) {
        frame.navigate(frame.evaluate("(path) => new URL(path, location.href).href", path).toString());
        prepare();
        return this;
    }

    /** Waits until its text contains this. */
    Previewed shows(String text) {
        frame.waitForFunction("(text) => document.body?.innerText.includes(text)", text);
        prepare();
        return this;
    }

    String text() {
        return frame.evaluate("() => document.body.innerText").toString();
    }

    String url() {
        return frame.url();
    }

    /** The tab that it is in. */
    Page tab() {
        return frame.page();
    }

    /** Stops every service worker, as the browser does when they are idle. */
    static void stopWorkers(SdkPage sdk) {
        CDPSession session = sdk.page.context().newCDPSession(sdk.page);
        session.send("ServiceWorker.enable");
        session.send("ServiceWorker.stopAllWorkers");
        session.detach();
    }
}
