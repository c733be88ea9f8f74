package dev.samovar.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param check      whether a missed maximum makes the run fail
 * @param json       whether the result is also written as JSON
 * @param benchmarks what to run, in order
 */
record Options(boolean check, boolean json, List<Benchmark> benchmarks) {

    static final String HELP = """
        Usage: ./samovar bench [--check] [--torture] [--json] [NAME…]

          --check     exit with 1 if a stated maximum is missed
          --torture   start and kill 100 endless loops beside a program that writes, then 10 000
                      processes that do everything (and no other benchmark that is not named)
          --json      also write bench/target/bench.json
          NAME        run these only: navigation, wire, boot, hello, calls (all of them), stdout, mount, net, preview,
                      relay, crowd, memory, languages (all of qjs, python, nbody.js, fannkuch.js, nbody.py,
                      fannkuch.py, requests), exec (all of exec-c, exec-rust, exec-go, exec-javascript, exec-python,
                      exec-calls, exec-programs), or one call: %s
        """.formatted(String.join(", ", Calls.ALL.stream().map(Calls::name).toList()));

    private static final List<Benchmark> SYSTEM = List.of(new Navigation(), new Wire(), new Boot(), new Hello());
    private static final List<Benchmark> REST =
        List.of(new Stdout(), new Pipe(), new Net(), new PreviewEngine(), new Previews(), new Tunnels(), new Relays(), new MountFolder(), new Crowd(),
            new KernelMemory());

    /**
     * Reads the command line; null if it asks for help.
     *
     * @throws IllegalArgumentException with a sentence, if it makes no sense
     */
    static Options parse(String... arguments) {
        boolean check = false;
        boolean json = false;
        List<Benchmark> chosen = new ArrayList<>();
        for (String argument : arguments) {
            switch (argument) {
                case "--check" -> check = true;
                case "--json" -> json = true;
                case "--torture" -> chosen.add(new Torture());
                case "--help", "-h" -> {
                    return null;
                }
                case "calls" -> chosen.addAll(Calls.ALL);
                case "languages" -> chosen.addAll(languages());
                case "exec" -> chosen.addAll(exec());
                default -> chosen.add(named(argument));
            }
        }
        return new Options(check, json, chosen.isEmpty() ? all() : chosen);
    }

    private static List<Benchmark> all() {
        List<Benchmark> all = new ArrayList<>(SYSTEM);
        all.addAll(Calls.ALL);
        all.addAll(REST);
        all.addAll(languages());
        all.addAll(exec());
        return all;
    }

    private static List<Benchmark> exec() {
        List<Benchmark> exec = new ArrayList<>(ExecStart.ALL);
        exec.add(new ExecCalls());
        exec.add(new ExecPrograms());
        return exec;
    }

    private static List<Benchmark> languages() {
        List<Benchmark> languages = new ArrayList<>(LanguageHello.ALL);
        languages.addAll(FirstRun.ALL);
        languages.add(new Requests());
        return languages;
    }

    private static Benchmark named(String name) {
        return all().stream().filter(benchmark -> benchmark.name().equals(name)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("There is no option or benchmark " + name + "."));
    }
}
