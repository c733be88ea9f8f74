package dev.samovar.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One line of a language, from the call of spawn until the page sees its exit, its runtime kept by the browser. */
final class LanguageHello implements Benchmark {

    static final List<LanguageHello> ALL = List.of(
        new LanguageHello("qjs", List.of("-e", "console.log('hello')"), 100, 15),
        new LanguageHello("python", List.of("-c", "print('hello')"), 250, 60));

    private static final int WARM_UPS = 10;

    private final Run hello;
    private final Target fromCache;
    private final Target warm;

    private LanguageHello(String command, List<String> args, double fromCacheMs, double warmMs) {
        hello = new Run(command, args, "hello");
        fromCache = Target.aim(fromCacheMs);
        warm = Target.aim(warmMs);
    }

    @Override
    public String name() {
        return hello.program();
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab()) {
            hello.in(tab.withSdk(), 0, 0, 1);      // fetched, and kept
            report.add(new Row(name() + " hello, from cache", "ms", reloads(tab, Run.REST_MS), null, fromCache, null));
            report.add(new Row(name() + " hello, from cache, as boot() returns", "ms", reloads(tab, 0), null, fromCache, null));
            Samples times = new Samples(hello.in(tab.withSdk(), Run.REST_MS, WARM_UPS, RUNS).ended());
            report.add(new Row(name() + " hello", "ms", null, times, warm, null));
        }
    }

    private Samples reloads(Tab tab, int restMs) throws IOException {
        List<Double> first = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            first.addAll(hello.in(tab.withSdk(), restMs, 0, 1).ended());
        }
        return new Samples(first);
    }
}
