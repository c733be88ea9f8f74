package dev.samovar.bench;

import dev.samovar.jvm.OsProcess;
import dev.samovar.jvm.Program;
import dev.samovar.jvm.Samovar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** System calls on the JVM, in an OS of this process; beside each the same guest's in Chromium. */
final class ExecCalls implements Benchmark {

    private static final int WARM_UPS = 3;

    @Override
    public String name() {
        return "exec-calls";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        Path guest = Path.of("bench/guests/calls.wasm");
        Program program = Program.of(Files.readAllBytes(guest), "calls");
        for (Calls call : Calls.ALL) {
            List<Double> warm = new ArrayList<>();
            double cold;
            try (Samovar os = Samovar.boot()) {
                cold = nanos(os, program, call);
                for (int i = 1; i < WARM_UPS; i++) {
                    nanos(os, program, call);
                }
                for (int i = 0; i < RUNS; i++) {
                    warm.add(nanos(os, program, call));
                }
            }
            try (Tab tab = lab.freshTab().withSdk(guest.toString())) {
                Samples there = Tab.samples(tab.run("calls", Map.of("name", call.name(), "count", call.count(), "warmUps", WARM_UPS,
                    "runs", RUNS)).get("warm"));
                report.add(new Row(call.name() + ", JVM", "ns", Samples.of(cold), new Samples(warm), Target.NONE, there.p50()));
            }
        }
    }

    private static double nanos(Samovar os, Program program, Calls call) throws IOException {
        try {
            OsProcess.Result result = os.spawn(program, List.of(call.name(), String.valueOf(call.count()))).result();
            String line = new String(result.stdout(), StandardCharsets.UTF_8).strip();
            if (result.status() != 0 || !line.endsWith(" ok")) {
                throw new IOException("calls.wasm says: " + line + new String(result.stderr(), StandardCharsets.UTF_8));
            }
            return Double.parseDouble(line.split(" ")[3]);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
