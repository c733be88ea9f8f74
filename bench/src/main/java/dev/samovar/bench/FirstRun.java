package dev.samovar.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How much slower a program that computes is right after a reload of the page than when it has run nine times. */
final class FirstRun implements Benchmark {

    static final List<FirstRun> ALL = List.of(
        new FirstRun("nbody.js", "qjs", "20000", "-0.169075164"),
        new FirstRun("fannkuch.js", "qjs", "8", "1616 22"),
        new FirstRun("nbody.py", "python", "8000", "-0.169075164"),
        new FirstRun("fannkuch.py", "python", "8", "1616 22"));

    private static final String FOLDER = "bench/programs/";
    private static final int RELOADS = 7;
    private static final int LATER = 10;

    private final String file;
    private final Run run;

    private FirstRun(String file, String command, String size, String expected) {
        this.file = file;
        run = new Run(command, List.of(file, size), expected);
    }

    @Override
    public String name() {
        return file;
    }

    /** The program, and how much it has to do. */
    Run program() {
        return run;
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        List<Double> first = new ArrayList<>();
        List<Double> later = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (Tab tab = lab.freshTab()) {
            run.in(tab.withSdk(FOLDER + file), Run.REST_MS, 0, 2);
            for (int i = 0; i < RELOADS; i++) {
                List<Double> times = run.in(tab.withSdk(FOLDER + file), Run.REST_MS, 0, LATER);
                first.add(times.get(0));
                later.add(times.get(LATER - 1));
                ratios.add(times.get(0) / times.get(LATER - 1));
            }
        }
        report.add(new Row(file + ", 1st and 10th run", "ms", new Samples(first), new Samples(later), Target.NONE, null));
        report.add(new Row(file + ", 1st by 10th", "x", null, new Samples(ratios), Target.aim(1.2), null));
    }
}
