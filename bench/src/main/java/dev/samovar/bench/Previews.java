package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What a program serves, through a preview's service worker: first sight, small requests, large bodies. */
final class Previews implements Benchmark {

    private static final int REQUESTS = 300;
    private static final int MEBIBYTES = 64;
    private static final int REPEATS = 5;

    @Override
    public String name() {
        return "preview";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk("e2e/guests/web.wasm")) {
            JsonNode results = tab.run("preview", Map.of("requests", REQUESTS, "mebibytes", MEBIBYTES, "runs", REPEATS));
            tab.run("constant", Map.of());
            double[] peer = constant(tab, lab.url());
            report.add(new Row("preview, spawn to shown", "ms", Samples.of(results.get("cold").asDouble()),
                Tab.samples(results.get("warm")), Target.NONE, null));
            add(report, "preview, small requests one by one", "1/s", results.get("rate"), Target.atLeast(0.8 * peer[0]), peer[0]);
            add(report, "preview, a small request's p50", "ms", results.get("p50"), Target.aim(peer[1] + 0.5), peer[1]);
            add(report, "preview, download", "MB/s", results.get("down"), Target.atLeast(200), null);
            add(report, "preview, upload", "MB/s", results.get("up"), Target.atLeast(200), null);
        }
    }

    /** The same small requests to a service worker that answers them itself: their rate, and the p50. */
    private static double[] constant(Tab tab, String url) {
        try (Page page = tab.page().context().newPage()) {
            page.navigate(url + "bench/page");
            List<?> result = (List<?>) page.evaluate("""
                async (requests) => {
                  for (let round = 0; ; round++) {
                    const times = [];
                    const began = performance.now();
                    for (let i = 0; i < requests; i++) {
                      const before = performance.now();
                      await (await fetch('/bench/x')).text();
                      times.push(performance.now() - before);
                    }
                    const rate = requests * 1000 / (performance.now() - began);
                    if (round === 2) return [rate, times.sort((a, b) => a - b)[requests >> 1]];
                  }
                }""", REQUESTS);
            return new double[] {((Number) result.get(0)).doubleValue(), ((Number) result.get(1)).doubleValue()};
        }
    }

    private static void add(Report report, String name, String unit, JsonNode samples, Target target, Double peer) {
        report.add(new Row(name, unit, null, Tab.samples(samples), target, peer));
    }
}
