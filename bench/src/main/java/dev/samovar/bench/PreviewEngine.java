package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** The kernel worker's side of previews, asked over a bare port: without service worker and page. */
final class PreviewEngine implements Benchmark {

    private static final int REQUESTS = 1_000;
    private static final int MEBIBYTES = 64;

    @Override
    public String name() {
        return "engine";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk("e2e/guests/web.wasm")) {
            JsonNode results = tab.run("engine", Map.of("requests", REQUESTS, "mebibytes", MEBIBYTES, "runs", RUNS));
            add(report, "preview engine, tiny answer", "us", results.get("trip"), Target.aim(500));
            add(report, "preview engine, bare port for comparison", "us", results.get("bare"), Target.NONE);
            add(report, "preview engine, 16 at once", "1/s", results.get("rate"), Target.NONE);
            add(report, "preview engine, download", "MB/s", results.get("down"), Target.atLeast(200));
            add(report, "preview engine, upload", "MB/s", results.get("up"), Target.atLeast(200));
        }
    }

    private static void add(Report report, String name, String unit, JsonNode result, Target target) {
        report.add(new Row(name, unit, Samples.of(result.get("cold").asDouble()), Tab.samples(result.get("warm")),
            target, null));
    }
}
