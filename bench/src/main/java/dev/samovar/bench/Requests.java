package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** How many small HTTP requests two JavaScript programs exchange a second, on a connection that is kept. */
final class Requests implements Benchmark {

    private static final int REQUESTS = 500;

    @Override
    public String name() {
        return "requests";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk("bench/programs/http-server.mjs", "bench/programs/http-client.mjs")) {
            JsonNode rates = tab.run("requests", Map.of("rounds", RUNS, "requests", REQUESTS));
            report.add(new Row("HTTP, JavaScript to JavaScript", "1/s", Samples.of(rates.get("cold").asDouble()),
                Tab.samples(rates.get("warm")), Target.NONE, null));
        }
    }
}
