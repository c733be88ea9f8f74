package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** One system call, made {@code count} times by the guest calls.wasm, which times the loop and checks its effect. */
record Calls(String name, int count, Target target, boolean hasPeer) implements Benchmark {

    private static final int WARM_UPS = 3;

    /** Every call that the guest knows. The peer has what a host in JavaScript does in a few lines. */
    static final List<Calls> ALL = List.of(
        new Calls("clock", 100_000, Target.aim(160), true),
        new Calls("append1", 200_000, Target.aim(150), true),
        new Calls("read4k", 200_000, Target.aim(200), true),
        new Calls("stat", 100_000, Target.aim(250).max(1000), true),
        new Calls("stat6", 50_000, Target.aim(600), false),
        new Calls("statmissing", 100_000, Target.aim(250), false),
        new Calls("pread4k", 200_000, Target.aim(200), false),
        new Calls("pwrite1", 200_000, Target.aim(150), false),
        new Calls("write64k", 2_000, Target.aim(4000), false),
        new Calls("open", 50_000, Target.aim(500), false),
        new Calls("create", 10_000, Target.aim(1500), false),
        new Calls("rename", 50_000, Target.aim(800), false),
        new Calls("unlink", 10_000, Target.aim(800), false),
        new Calls("readdir", 20_000, Target.aim(60), false),
        new Calls("random16", 100_000, Target.aim(120), false));

    @Override
    public void run(Lab lab, Report report) throws IOException {
        Map<String, Object> argument = Map.of("name", name, "count", count, "warmUps", WARM_UPS, "runs", RUNS);
        try (Tab tab = lab.freshTab().withSdk("bench/guests/calls.wasm")) {
            JsonNode times = tab.run("calls", argument);
            Double peer = hasPeer ? Tab.samples(tab.run("peer", argument)).p50() : null;
            report.add(new Row(name, "ns", Samples.of(times.get("cold").asDouble()), Tab.samples(times.get("warm")),
                target, peer));
        }
    }
}
