package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** What a hundred runs leave behind in the kernel's memory. */
final class KernelMemory implements Benchmark {

    /** Programs run at once before the first count. */
    private static final int AT_ONCE = 4;
    private static final int RUNS_BETWEEN = 100;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk("examples/c-hello/hello.wasm", "examples/c-hello/greeting.txt")) {
            JsonNode figures = tab.run("memory", Map.of("atOnce", AT_ONCE, "runs", RUNS_BETWEEN));
            JsonNode before = figures.get("before");
            JsonNode after = figures.get("after");
            for (String field : new String[] {"pages in use", "pages free", "records in use", "workers"}) {
                report.add(new Fact(field + ", before " + RUNS_BETWEEN + " runs", before.get(field).asDouble()));
                report.add(new Fact(field + ", after", after.get(field).asDouble()));
            }
        }
    }
}
