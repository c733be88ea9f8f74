package dev.samovar.bench;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/** What a first visit of the real page fetches until the kernel runs, gzipped here whatever the server did with it. */
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
                double size = gzipped(response.body()) / 1000.0;
                all += size;
                if (response.url().contains("/kernel/")) {
                    kernel += size;
                }
            }
            report.add(new Row("kernel, gzipped", "kB", Samples.of(kernel), null, KERNEL, null));
            report.add(new Row("page and kernel, gzipped", "kB", Samples.of(all), null, Target.NONE, null));
        }
    }

    private static int gzipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.size();
    }
}
