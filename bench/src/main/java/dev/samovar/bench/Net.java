package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** Two processes and TCP between them, on the loopback of the OS. */
final class Net implements Benchmark {

    private static final int MEBIBYTES = 256;
    private static final int ROUNDS = 10_000;
    private static final int CONNECTIONS = 2_000;

    @Override
    public String name() {
        return "net";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk("e2e/guests/tcp.wasm")) {
            JsonNode results = tab.run("net",
                Map.of("mebibytes", MEBIBYTES, "rounds", ROUNDS, "connections", CONNECTIONS, "runs", RUNS));
            add(report, "TCP inside, 64 KiB writes", "MB/s", results.get("rate"), Target.atLeast(1000));
            add(report, "TCP inside, round trip", "us", results.get("trip"), Target.aim(20));
            add(report, "TCP inside, connect, accept, close", "us", results.get("connect"), Target.NONE);
            JsonNode idle = results.get("idle");
            if (idle.get("calls").asInt() != 0 || idle.get("ms").asDouble() != 0) {
                report.fail("net: an idle server made " + idle.get("calls") + " system calls in " + idle.get("ms") + " ms");
            }
        }
    }

    private static void add(Report report, String name, String unit, JsonNode result, Target target) {
        report.add(new Row(name, unit, Samples.of(result.get("cold").asDouble()), Tab.samples(result.get("warm")),
            target, null));
    }
}
