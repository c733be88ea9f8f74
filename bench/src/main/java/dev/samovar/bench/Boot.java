package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code Samovar.boot()} alone, once the SDK is loaded: the first OS of a page, and a second one beside it. */
final class Boot implements Benchmark {

    @Override
    public String name() {
        return "boot";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            try (Tab tab = lab.freshTab().withSdk()) {
                JsonNode times = tab.run("boot", Map.of());
                first.add(times.get(0).asDouble());
                second.add(times.get(1).asDouble());
            }
        }
        report.add(new Row("boot()", "ms", new Samples(first), new Samples(second), Target.NONE, null));
    }
}
