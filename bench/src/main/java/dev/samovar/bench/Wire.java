package dev.samovar.bench;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The bytes that the server sends on a first visit of the real page until the kernel runs: bodies, compressed as they are. */
final class Wire implements Benchmark {

    private static final Target KERNEL = Target.aim(250);

    @Override
    public String name() {
        return "wire";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        Map<String, Response> responses = new ConcurrentHashMap<>();
        try (Tab tab = lab.freshTab()) {
            Page page = tab.page();
            page.onResponse(response -> responses.put(response.url(), response));
            page.waitForConsoleMessage(
                new Page.WaitForConsoleMessageOptions().setPredicate(message -> message.text().equals(Navigation.READY)),
                () -> page.navigate(lab.url()));
            double kernel = 0;
            double all = 0;
            for (Response response : List.copyOf(responses.values())) {
                double size = response.request().sizes().responseBodySize / 1000.0;
                all += size;
                if (response.url().contains("/kernel/")) {
                    kernel += size;
                }
            }
            report.add(new Row("kernel, as it is sent", "kB", Samples.of(kernel), null, KERNEL, null));
            report.add(new Row("page and kernel, as sent", "kB", Samples.of(all), null, Target.NONE, null));
        }
    }
}
