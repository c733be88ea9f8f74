package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** How fast the page can read what a program prints. */
final class Stdout implements Benchmark {

    private static final int MEBIBYTES = 256;

    @Override
    public String name() {
        return "stdout";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk("e2e/guests/flood.wasm")) {
            JsonNode rates = tab.run("stdout", Map.of("mebibytes", MEBIBYTES, "runs", RUNS));
            report.add(new Row("stdout to the page", "MB/s", Samples.of(rates.get("cold").asDouble()),
                Tab.samples(rates.get("warm")), Target.NONE, null));
        }
    }
}
