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
        new FirstRun("nbody.js", "qjs", "150000", "20000", "-0.169075164", "-0.169075164"),
        new FirstRun("fannkuch.js", "qjs", "9", "8", "8629 30", "1616 22"),
        new FirstRun("nbody.py", "python", "100000", "8000", "-0.169075164", "-0.169075164"),
        new FirstRun("fannkuch.py", "python", "9", "8", "8629 30", "1616 22"));

    private static final String FOLDER = "bench/programs/";
    /** A machine whose speed changes every few seconds needs many pairs. */
    private static final int RELOADS = 15;
    private static final int TENTH = 10;

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
        Map<String, Object> asked = Map.of("program", run.program(), "args", run.args(), "expected", run.expected(),
            "shorter", shorter.args(), "shorterExpected", shorter.expected(), "between", TENTH - 2);
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
