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
            measure(tab, report, "stdout, 64 KiB writes", 65_536, MEBIBYTES, 1000);
            measure(tab, report, "stdout, 1 KiB writes", 1024, MEBIBYTES / 4, 400);
        }
    }

    private static void measure(Tab tab, Report report, String name, int piece, int mebibytes, int aim)
        throws IOException {
        JsonNode rates = tab.run("stdout", Map.of("mebibytes", mebibytes, "piece", piece, "runs", RUNS));
        report.add(new Row(name, "MB/s", Samples.of(rates.get("cold").asDouble()), Tab.samples(rates.get("warm")),
            Target.atLeast(aim), null));
    }
}
