package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Many processes on the file system at once: in one directory, where they meet at its lock, and in one each. A cycle makes
 * a file, writes it, looks at it, renames it, reads it and removes it; the cycles of all of them are counted, from the
 * first spawn to the last exit.
 */
final class Crowd implements Benchmark {

    private static final int[] SIZES = {1, 2, 4, 8, 16, 64};
    private static final int CYCLES = 32_000;
    private static final int ROUNDS = 5;

    @Override
    public String name() {
        return "crowd";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk("bench/guests/crowd.wasm")) {
            List<Fact> waits = new ArrayList<>();
            for (boolean shared : new boolean[] {true, false}) {
                for (int size : SIZES) {
                    JsonNode rates = tab.run("crowd",
                        Map.of("size", size, "cycles", CYCLES, "rounds", ROUNDS, "shared", shared));
                    report.add(new Row(size + " in " + (shared ? "one directory" : "one each"), "k/s", null,
                        Tab.samples(rates.get("rates")), Target.NONE, null));
                    String where = size + (shared ? " in one directory" : " in one each");
                    rates.get("waits").fields().forEachRemaining(kind -> waits.add(new Fact(
                        where + ": waits for locks of " + kind.getKey() + ", of 1 000 cycles", kind.getValue().asDouble())));
                }
            }
            waits.stream().filter(fact -> fact.value() > 0).forEach(report::add);
        }
    }
}
