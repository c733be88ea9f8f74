package dev.samovar.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * A project that {@code ./samovar exec} runs, as whoever types that does.
 *
 * @param expected part of what it must print
 */
record ExecCommand(Path project, List<String> args, String expected) {

    private static final double NANOS_PER_MILLI = 1e6;

    /** From the start of the command on. */
    record Times(double firstByteMs, double exitMs) {
    }

    /**
     * Runs it.
     *
     * @param classes where compiled classes are kept; null for the usual place
     * @throws IOException if it does not end well
     */
    Times run(Path classes) throws IOException {
        List<String> command = new ArrayList<>(List.of("./samovar", "exec", project.toString()));
        command.addAll(args);
        File said = File.createTempFile("samovar-bench-", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null")).redirectError(said);
        if (classes != null) {
            builder.environment().put("SAMOVAR_JAVA_OPTIONS", "-Dsamovar.classes=" + classes);
        }
        long start = System.nanoTime();
        Process process = builder.start();
        try (InputStream stdout = process.getInputStream()) {
            int first = stdout.read();
            final double firstByteMs = since(start);
            String printed = (char) first + new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            final double exitMs = since(start);
            if (status != 0 || !printed.contains(expected)) {
                throw new IOException(String.join(" ", command) + " ended with " + status + " and said " + printed
                    + Files.readString(said.toPath()));
            }
            return new Times(firstByteMs, exitMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroy();
            Files.delete(said.toPath());
        }
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    /** Something that gets a folder of its own for a while. */
    interface InFolder {
        void run(Path folder) throws IOException;
    }

    static void withFolder(InFolder work) throws IOException {
        Path folder = Files.createTempDirectory("samovar-bench-");
        try {
            work.run(folder);
        } finally {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException problem) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }
}
