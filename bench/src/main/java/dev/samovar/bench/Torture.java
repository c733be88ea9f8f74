package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * A hundred endless loops, started and killed one after the other, while other programs write files; then ten thousand
 * kills of processes that do everything, several at once.
 */
final class Torture implements Benchmark {

    private static final int LOOPS = 100;
    /** Loops before the first count: they bring the pool to the size that it will have. */
    private static final int REHEARSAL = 20;

    private static final int KILLS = 10_000;
    /** After so many the others end, too, and the kernel is checked. */
    private static final int BATCH = 250;
    private static final int VICTIMS = 8;
    /** Kills with a state fewer than this share of which say that the torture does not reach it. */
    private static final double LEAST_SHARE = 0.05;

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
        try (Tab tab = lab.freshTab().withSdk("e2e/guests/torture.wasm")) {
            kill(tab, report);
        }
    }

    private static void kill(Tab tab, Report report) throws IOException {
        Map<String, Integer> fell = new TreeMap<>();
        double seconds = 0;
        int pages = 0;
        int records = 0;
        for (int kills = 0; kills < KILLS; kills += BATCH) {
            JsonNode result = tab.run("kills", Map.of("kills", BATCH, "batch", BATCH, "victims", VICTIMS));
            result.get("fell").fields()
                .forEachRemaining(state -> fell.merge(state.getKey(), state.getValue().asInt(), Integer::sum));
            result.get("losses").forEach(loss -> report.fail("kills: " + loss.asText()));
            seconds += result.get("seconds").asDouble();
            int now = result.get("pages").asInt();
            int nowRecords = result.get("records").asInt();
            // The first rounds make the workers that there will be; each keeps its scratch memory.
            if (kills >= KILLS / 2 && (now > pages || nowRecords > records)) {
                report.fail("kills: pages in use went from " + pages + " to " + now + ", records from " + records + " to "
                    + nowRecords);
            }
            pages = Math.max(pages, now);
            records = Math.max(records, nowRecords);
        }
        report.add(new Fact("kills", KILLS));
        report.add(new Fact("seconds", seconds));
        report.add(new Fact("pages in use, most, without those of records", pages));
        report.add(new Fact("records in use, most", records));
        fell.forEach((state, count) -> {
            report.add(new Fact("kills that fell on " + state, count));
            if (count < LEAST_SHARE * KILLS) {
                report.fail("kills: only " + count + " of " + KILLS + " fell on " + state);
            }
        });
    }
}
