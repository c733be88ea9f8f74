package dev.samovar.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a result has to be read with: the machine, the versions, and how busy others kept it. */
final class Machine {

    private Machine() {
    }

    /** What to print above the figures, by name. */
    static Map<String, String> describe(String chromium) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("machine", Runtime.getRuntime().availableProcessors() + " cores, " + cpu() + ", " + system());
        lines.put("versions", "Chromium " + chromium + ", JDK " + Runtime.version() + ", commit " + commit());
        lines.put("load", String.format("%.2f when it began", load()));
        return lines;
    }

    /** The load average of the last minute; negative where the system does not tell. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String cpu() {
        return firstLine("/proc/cpuinfo", line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .orElse(System.getProperty("os.arch"));
    }

    private static String system() {
        return firstLine("/etc/os-release", line -> line.startsWith("PRETTY_NAME="))
            .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
            .orElse(System.getProperty("os.name") + " " + System.getProperty("os.version"));
    }

    private static Optional<String> firstLine(String file, Predicate<String> wanted) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(wanted).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String commit() {
        String changes = git("status", "--porcelain", "--untracked-files=no");
        return git("rev-parse", "--short", "HEAD") + (changes.isEmpty() ? "" : " with changes");
    }

    private static String git(String... arguments) {
        try {
            String[] command = Stream.concat(Stream.of("git"), Stream.of(arguments)).toArray(String[]::new);
            Process git = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String output = new String(git.getInputStream().readAllBytes()).strip();
            return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? output : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
