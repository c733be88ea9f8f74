package dev.samovar.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.PlaywrightException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

/** The benchmarks as a program, run in the root of a built checkout. */
public final class Main {

    private static final Path JSON_FILE = Path.of("bench/target/bench.json");

    private Main() {
    }

    /**
     * Measures and prints. Exits with 1 when something measured was wrong, or, with {@code --check}, too slow; with 2
     * when the arguments make no sense.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + " (--help lists them.)");
            System.exit(2);
            return;
        }
        if (options == null) {
            System.out.print(Options.HELP);
            return;
        }
        int status;
        try (Lab lab = new Lab()) {
            status = measure(lab, options);
        } catch (IOException | IllegalStateException e) {
            System.err.println(e.getMessage());
            status = 1;
        }
        System.exit(status);
    }

    private static int measure(Lab lab, Options options) throws IOException {
        Map<String, String> head = new LinkedHashMap<>();
        head.put("date", LocalDate.now().toString());
        head.putAll(Machine.describe(lab.chromiumVersion()));
        head.forEach((name, value) -> System.out.printf("%-9s %s%n", name, value));

        Report report = new Report(System.out::println);
        for (Benchmark benchmark : options.benchmarks()) {
            try {
                benchmark.run(lab, report);
            } catch (IOException | PlaywrightException e) {
                report.fail(benchmark.name() + ": " + e.getMessage());
            }
        }
        report.sumUp();
        System.out.printf("The load was %.2f when it ended.%n", Machine.load());
        if (options.json()) {
            write(head, report);
        }
        return !report.failures().isEmpty() || options.check() && report.missesMax() ? 1 : 0;
    }

    private static void write(Map<String, String> head, Report report) throws IOException {
        Map<String, Object> result = new LinkedHashMap<>(head);
        result.put("rows", report.rows());
        result.put("facts", report.facts());
        result.put("failures", report.failures());
        Files.createDirectories(JSON_FILE.getParent());
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(JSON_FILE.toFile(), result);
    }
}
