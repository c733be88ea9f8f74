package dev.samovar.e2e;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A browser tab in a context of its own, which hears what goes wrong on its page. */
class Tab implements AutoCloseable {

    final Page page;
    private final BrowserContext context;
    private final List<String> console = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<Pattern> expected = new ArrayList<>();

    Tab(Chromium chromium) {
        context = chromium.context();
        context.setDefaultTimeout(20_000);
        page = context.newPage();
        page.onConsoleMessage(message -> {
            console.add(message.text());
            if (message.type().equals("error")) {
                complaints.add("console: " + message.text() + " (" + message.location() + ")");
            }
        });
        page.onPageError(error -> complaints.add("page: " + error));
        page.onCrash(crashed -> complaints.add("the page crashed"));
    }

    /** Everything that the page has written to its console. */
    List<String> console() {
        return console;
    }

    /** Says that a complaint which matches is part of the test. */
    void expectComplaint(String regex) {
        expected.add(Pattern.compile(regex));
    }

    /** Fails if the page complained of anything unexpected, or did not complain as expected. */
    final void check() {
        List<String> unexpected = complaints.stream()
            .filter(complaint -> expected.stream().noneMatch(pattern -> pattern.matcher(complaint).find()))
            .toList();
        if (!unexpected.isEmpty()) {
            throw new AssertionError("The page complained:\n" + String.join("\n", unexpected));
        }
        for (Pattern pattern : expected) {
            if (complaints.stream().noneMatch(complaint -> pattern.matcher(complaint).find())) {
                throw new AssertionError("The page was expected to complain of " + pattern);
            }
        }
    }

    @Override
    public final void close() {
        context.close();
    }
}
