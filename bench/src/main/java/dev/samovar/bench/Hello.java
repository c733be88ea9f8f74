package dev.samovar.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A small C program, from the call of spawn until the page sees its exit. */
final class Hello implements Benchmark {

    private static final String FOLDER = "examples/c-hello/";
    private static final Run HELLO = new Run("hello.wasm", List.of("0"), "result.txt: greeting.txt: ");
    private static final int WARM_UPS = 10;
    private static final Target TARGET = Target.aim(1.5).max(10);

    @Override
    public String name() {
        return "hello";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        report.add(new Row("hello, as boot() returns", "ms", cold(lab, 0), null, Target.NONE, null));
        Samples cold = cold(lab, Run.REST_MS);
        try (Tab tab = open(lab)) {
            Samples warm = new Samples(HELLO.in(tab, Run.REST_MS, WARM_UPS, RUNS).ended());
            report.add(new Row("hello, spawn to exit", "ms", cold, warm, TARGET, null));
        }
    }

    /** The first run of a page, {@code restMs} after its boot. */
    private Samples cold(Lab lab, int restMs) throws IOException {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            try (Tab tab = open(lab)) {
                times.addAll(HELLO.in(tab, restMs, 0, 1).ended());
            }
        }
        return new Samples(times);
    }

    private static Tab open(Lab lab) throws IOException {
        return lab.freshTab().withSdk(FOLDER + "hello.wasm", FOLDER + "greeting.txt");
    }
}
