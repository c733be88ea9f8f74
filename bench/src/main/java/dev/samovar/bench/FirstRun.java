package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How much slower a program that computes for a second is right after a reload of the page than when it has run nine
 * times, and how much of that goes into bringing its runtime in.
 */
final class FirstRun implements Benchmark {

    static final List<FirstRun> ALL = List.of(
        new FirstRun("nbody.js", "qjs", "-0.169075164", "150000", "-0.169075164", "20000", "-0.169075164", "500"),
        new FirstRun("fannkuch.js", "qjs", "8629 30", "9", "1616 22", "8", "228 16", "7"),
        new FirstRun("nbody.py", "python", "-0.169075164", "100000", "-0.169075164", "8000", "-0.169075164", "500"),
        new FirstRun("fannkuch.py", "python", "8629 30", "9", "1616 22", "8", "228 16", "7"));

    private static final String FOLDER = "bench/programs/";
    /** A machine whose speed changes every few seconds needs many pairs. */
    private static final int RELOADS = 30;
    private static final int TENTH = 10;

    private final String file;
    private final Run run;
    private final Run shorter;
    private final Run shortest;

    private FirstRun(String file, String command, String prints, String size, String shorterPrints, String shorterSize,
            String shortestPrints, String shortestSize) {
        this.file = file;
        run = new Run(command, List.of(file, size), prints);
        shorter = new Run(command, List.of(file, shorterSize), shorterPrints);
        shortest = new Run(command, List.of(file, shortestSize), shortestPrints);
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
        Map<String, Object> asked = Map.of("program", run.program(), "args", run.args(), "expected", run.expected(),
            "shortest", shortest.args(), "shortestExpected", shortest.expected(), "between", TENTH - 2);
        List<Double> broughtIn = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> tenth = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (Tab tab = lab.freshTab()) {
            shorter.in(tab.withSdk(FOLDER + file), 0, 0, 1);      // fetched, and kept
            tab.withSdk(FOLDER + file).run("optimised", asked);
            for (int i = 0; i < RELOADS; i++) {
                JsonNode times = tab.withSdk(FOLDER + file).run("first", asked);
                broughtIn.add(times.get("spawned").asDouble());
                first.add(times.get("first").asDouble());
                tenth.add(times.get("tenth").asDouble());
                ratios.add(first.get(i) / tenth.get(i));
            }
        }
        report.add(new Row(file + ", 1st and 10th run", "ms", new Samples(first), new Samples(tenth), Target.NONE, null));
        report.add(new Row(file + ", of the 1st: until spawned", "ms", new Samples(broughtIn), null, Target.NONE, null));
        report.add(new Row(file + ", 1st by 10th", "x", null, new Samples(ratios), Target.aim(1.2), null));
    }
}
