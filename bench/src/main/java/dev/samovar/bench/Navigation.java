package dev.samovar.bench;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import java.util.ArrayList;
import java.util.List;

/** From the start of a navigation to the real page until that says that the kernel runs. */
final class Navigation implements Benchmark {

    private static final String READY = "Kernel running in the browser's WebAssembly VM";

    /** The moment of the message in the page's own clock, whose zero is the navigation's start. */
    private static final String MARK = """
        const log = console.log;
        console.log = (...words) => {
          if (words[0] === "%s") performance.mark('ready');
          log(...words);
        };
        """.formatted(READY);

    @Override
    public String name() {
        return "navigation";
    }

    @Override
    public void run(Lab lab, Report report) {
        try (Tab tab = lab.freshBrowser()) {
            report.add(row("kernel ready, new browser", Samples.of(measure(lab, tab))));
        }
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            try (Tab tab = lab.freshTab()) {
                times.add(measure(lab, tab));
            }
        }
        report.add(row("kernel ready", new Samples(times)));
    }

    private static Row row(String name, Samples cold) {
        return new Row(name, "ms", cold, null, Target.NONE, null);
    }

    private static double measure(Lab lab, Tab tab) {
        Page page = tab.page();
        page.addInitScript(MARK);
        try {
            page.waitForConsoleMessage(
                new Page.WaitForConsoleMessageOptions().setPredicate(message -> message.text().equals(READY)),
                () -> page.navigate(lab.url()));
        } catch (TimeoutError e) {
            throw new PlaywrightException(e.getMessage() + ": the page does not say that the kernel runs. State: "
                + page.locator("#state").textContent() + "; complaints: " + tab.complaints(), e);
        }
        return ((Number) page.evaluate("performance.getEntriesByName('ready')[0].startTime")).doubleValue();
    }
}
