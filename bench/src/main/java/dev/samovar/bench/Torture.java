package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** A hundred endless loops, started and killed one after the other, while other programs write files. */
final class Torture implements Benchmark {

    private static final int LOOPS = 100;
    /** Loops before the first count: they bring the pool to the size that it will have. */
    private static final int REHEARSAL = 20;

    @Override
    public String name() {
        return "torture";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk("e2e/guests/loop.wasm", "e2e/guests/writer.wasm")) {
            JsonNode result = tab.run("torture", Map.of("loops", LOOPS, "rehearsal", REHEARSAL));
            report.add(new Row("kill to exit", "ms", null, Tab.samples(result.get("kills")), Target.NONE, null));
            result.get("facts").fields()
                .forEachRemaining(fact -> report.add(new Fact(fact.getKey(), fact.getValue().asDouble())));
            result.get("losses").forEach(loss -> report.fail("torture: " + loss.asText()));
        }
    }
}
