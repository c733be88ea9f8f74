package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A tab of a browser, alone in its context. */
class Tab implements AutoCloseable {

    /** No script takes longer, unless the system hangs. */
    private static final int DEADLINE_SECONDS = 300;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final BrowserContext context;
    private final Page page;
    private final String url;
    private final List<String> complaints = new ArrayList<>();

    Tab(BrowserContext context, String url) {
        this.context = context;
        this.page = context.newPage();
        this.url = url;
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onRequestFailed(request -> complaints.add(request.url() + " failed: " + request.failure()));
    }

    /** What went wrong in the page so far, for the message of a failure. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    Page page() {
        return page;
    }

    /**
     * Opens a document of the page's origin that does nothing by itself, so that scripts there have the SDK alone, with
     * these files of the checkout at hand under their plain names.
     */
    Tab withSdk(String... files) throws IOException {
        page.navigate(url + "health");
        List<List<String>> contents = new ArrayList<>();
        for (String file : files) {
            Path path = Path.of(file);
            byte[] bytes = Files.readAllBytes(path);
            contents.add(List.of(path.getFileName().toString(), Base64.getEncoder().encodeToString(bytes)));
        }
        page.evaluate(resource("lab"), contents);
        return this;
    }

    /**
     * Runs {@code NAME.js}, a function of one argument.
     *
     * @return what it resolved with
     * @throws com.microsoft.playwright.PlaywrightException if it threw, took too long, or an OS reported an error
     */
    JsonNode run(String name, Map<String, ?> argument) throws IOException {
        String script = "(argument) => lab.watched(" + resource(name) + ", argument, " + DEADLINE_SECONDS + ")";
        return JSON.valueToTree(page.evaluate(script, argument));
    }

    /** Runs {@code NAME.js}, a function of one argument, in a frame of any page. */
    static JsonNode run(Frame frame, String name, Map<String, ?> argument) throws IOException {
        return JSON.valueToTree(frame.evaluate(resource(name), argument));
    }

    /** The numbers in an array that a script answered. */
    static Samples samples(JsonNode array) {
        List<Double> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asDouble()));
        return new Samples(values);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Tab.class.getResourceAsStream(name + ".js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
