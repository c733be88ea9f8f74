package dev.samovar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What computes, by {@code ./samovar exec}, start included; beside it the same in Chromium, spawn to exit. */
final class ExecPrograms implements Benchmark {

    private static final Path FOLDER = Path.of("bench/programs");
    private static final int AGAIN = 3;

    @Override
    public String name() {
        return "exec-programs";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        for (FirstRun program : FirstRun.ALL) {
            Run run = program.shorter();
            String file = program.name();
            List<Double> here = new ArrayList<>();
            ExecCommand.withFolder(folder -> {
                Files.copy(FOLDER.resolve(file), folder.resolve("main" + file.substring(file.indexOf('.'))));
                ExecCommand command = new ExecCommand(folder, run.args().subList(1, run.args().size()), run.expected());
                command.run(null);
                for (int i = 0; i < AGAIN; i++) {
                    here.add(command.run(null).exitMs());
                }
            });
            try (Tab tab = lab.freshTab().withSdk(FOLDER.resolve(file).toString())) {
                Samples there = new Samples(run.in(tab, Run.REST_MS, 1, AGAIN).ended());
                report.add(new Row("exec " + file, "ms", null, new Samples(here), Target.NONE, there.p50()));
            }
        }
    }
}
