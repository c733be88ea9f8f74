package dev.samovar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long {@code ./samovar exec} takes for a program that prints a line or two: compiled just now, and again. */
final class ExecStart implements Benchmark {

    static final List<ExecStart> ALL = List.of(
        new ExecStart("C", Path.of("examples/c-hello"), null, Target.NONE),
        new ExecStart("Rust", Path.of("examples/rust-hello"), null, Target.NONE),
        new ExecStart("Go", Path.of("examples/go-hello"), null, Target.NONE),
        new ExecStart("JavaScript", Path.of("main.js"), "console.log('hello')", Target.NONE),
        new ExecStart("Python", Path.of("main.py"), "print('hello')", Target.aim(2000).max(2000)));

    private static final int AGAIN = 5;

    private final String language;
    private final Path path;
    private final String source;
    private final Target firstByte;

    /**
     * One language.
     *
     * @param path the project, or where there is a source, the only file of one
     * @param firstByte what the second run is held against
     */
    private ExecStart(String language, Path path, String source, Target firstByte) {
        this.language = language;
        this.path = path;
        this.source = source;
        this.firstByte = firstByte;
    }

    @Override
    public String name() {
        return "exec-" + language.toLowerCase(Locale.ROOT);
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        // So that nothing has to be built when it counts.
        new ExecCommand(Path.of("examples/c-hello"), List.of(), "").run(null);
        ExecCommand.withFolder(folder -> {
            Path project = path;
            if (source != null) {
                project = Files.createDirectory(folder.resolve("hello"));
                Files.writeString(project.resolve(path), source);
            }
            ExecCommand hello = new ExecCommand(project, List.of(), source == null ? "USER=samovar" : "hello");
            Path classes = folder.resolve("classes");
            ExecCommand.Times first = hello.run(classes);
            List<Double> firstBytes = new ArrayList<>();
            List<Double> exits = new ArrayList<>();
            for (int i = 0; i < AGAIN; i++) {
                ExecCommand.Times times = hello.run(classes);
                firstBytes.add(times.firstByteMs());
                exits.add(times.exitMs());
            }
            report.add(new Row("exec " + language + ", 1st byte", "ms", Samples.of(first.firstByteMs()), new Samples(firstBytes),
                firstByte, null));
            report.add(new Row("exec " + language + ", exit", "ms", Samples.of(first.exitMs()), new Samples(exits), Target.NONE,
                null));
        });
    }
}
