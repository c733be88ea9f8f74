package dev.samovar.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How much slower a program that computes for a second is right after a reload of the page than when it has run nine
 * times, and how much of that goes into bringing its runtime in.
 */
final class FirstRun implements Benchmark {

    static final List<FirstRun> ALL = List.of(
        new FirstRun("nbody.js", "qjs", "150000", "20000", "-0.169075164", "-0.169075164"),
        new FirstRun("fannkuch.js", "qjs", "9", "8", "8629 30", "1616 22"),
        new FirstRun("nbody.py", "python", "100000", "8000", "-0.169075164", "-0.169075164"),
        new FirstRun("fannkuch.py", "python", "9", "8", "8629 30", "1616 22"));

    private static final String FOLDER = "bench/programs/";
    private static final int RELOADS = 5;
    private static final int LATER = 10;

    private final String file;
    private final Run run;
    private final Run shorter;

    private FirstRun(String file, String command, String size, String shorter, String expected, String shorterExpected) {
        this.file = file;
        run = new Run(command, List.of(file, size), expected);
        this.shorter = new Run(command, List.of(file, shorter), shorterExpected);
    }

    @Override
    public String name() {
        return file;
    }

    /** The program with less to do, for where it takes much longer. */
    Run shorter() {
        return shorter;
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        List<Double> broughtIn = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> later = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (Tab tab = lab.freshTab()) {
            run.in(tab.withSdk(FOLDER + file), Run.REST_MS, 0, 2);
            for (int i = 0; i < RELOADS; i++) {
                Run.Times times = run.in(tab.withSdk(FOLDER + file), Run.REST_MS, 0, LATER);
                List<Double> ended = times.ended();
                broughtIn.add(times.spawned().get(0));
                first.add(ended.get(0));
                later.add(ended.get(LATER - 1));
                ratios.add(ended.get(0) / ended.get(LATER - 1));
            }
        }
        report.add(new Row(file + ", 1st and 10th run", "ms", new Samples(first), new Samples(later), Target.NONE, null));
        report.add(new Row(file + ", of the 1st: until spawned", "ms", new Samples(broughtIn), null, Target.NONE, null));
        report.add(new Row(file + ", 1st by 10th", "x", null, new Samples(ratios), Target.aim(1.2), null));
    }
}
