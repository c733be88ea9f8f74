package dev.samovar.bench;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import java.util.ArrayList;
import java.util.List;

/** From the start of a navigation to the real page until that says that the kernel runs. */
final class Navigation implements Benchmark {

    private static final Target COLD = Target.aim(1000);
    private static final Target WARM = Target.aim(150);
    private static final int WARM_UPS = 3;

    static final String READY = "Kernel running in the browser's WebAssembly VM";

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
        try (Tab tab = marking(lab.freshBrowser())) {
            report.add(new Row("kernel ready, new browser", "ms", Samples.of(measure(lab, tab)), null, COLD, null));
        }
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            try (Tab tab = marking(lab.freshTab())) {
                times.add(measure(lab, tab));
            }
        }
        report.add(new Row("kernel ready", "ms", new Samples(times), null, COLD, null));
        List<Double> again = new ArrayList<>();
        try (Tab tab = marking(lab.freshTab())) {
            for (int i = 0; i < WARM_UPS + RUNS; i++) {
                double time = measure(lab, tab);
                if (i >= WARM_UPS) {
                    again.add(time);
                }
            }
        }
        report.add(new Row("kernel ready, again", "ms", null, new Samples(again), WARM, null));
    }

    private static Tab marking(Tab tab) {
        tab.page().addInitScript(MARK);
        return tab;
    }

    /** ms of a navigation. */
    private static double measure(Lab lab, Tab tab) {
        Page page = tab.page();
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
