package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** Two processes and a pipe between them. */
final class Pipe implements Benchmark {

    private static final int MEBIBYTES = 512;
    private static final int ROUNDS = 20_000;

    @Override
    public String name() {
        return "pipe";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk("e2e/guests/flood.wasm", "bench/guests/drain.wasm",
            "bench/guests/pingpong.wasm")) {
            JsonNode results = tab.run("pipe", Map.of("mebibytes", MEBIBYTES, "rounds", ROUNDS, "runs", RUNS));
            add(report, "pipe between two processes, 64 KiB", "MB/s", results.get("rate"), Target.atLeast(1000));
            add(report, "a reader's wake-up", "ns", results.get("wake"), Target.aim(50_000));
        }
    }

    private static void add(Report report, String name, String unit, JsonNode result, Target target) {
        report.add(new Row(name, unit, Samples.of(result.get("cold").asDouble()), Tab.samples(result.get("warm")),
            target, null));
    }
}
