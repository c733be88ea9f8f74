package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** How long a large folder takes to come in, and to go out as a zip: 5 000 files, 50 MB. */
final class MountFolder implements Benchmark {

    private static final int FILES = 5000;
    private static final int BYTES = 10_000;
    private static final int FEW_RUNS = 5;

    @Override
    public String name() {
        return "mount";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk()) {
            JsonNode times = tab.run("mount", Map.of("files", FILES, "bytes", BYTES, "runs", FEW_RUNS));
            Target target = Target.aim(2000);
            for (String way : new String[] {"directory handle", "zip", "tree of bytes"}) {
                report.add(new Row("mount 5 000 files, " + way, "ms", Samples.of(times.get(way).get(0).asDouble()),
                    Tab.samples(times.get(way)), target, null));
            }
            report.add(new Row("export 5 000 files", "ms", null, Tab.samples(times.get("export")), Target.NONE, null));
        }
    }
}
