package dev.samovar.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The server as a program of its own, as {@code ./samovar} runs it. */
final class RelayProcess implements AutoCloseable {

    private final Process process;
    private final int port;
    private final double readyMs;

    /** Starts it and waits until it is ready for work. */
    RelayProcess(String... settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(java("java"), "-Xmx512m", "-XX:+UseSerialGC",
            "-Xlog:disable", "-Xlog:all=error:stderr", "-XX:SharedArchiveFile=.samovar/server.jsa",
            "-cp", "relay-server/target/lib/*", "dev.samovar.relay.Main",
            "--port", "0", "--root", "static/target/site", "--drain-seconds", "0"));
        command.addAll(List.of(settings));
        long begin = System.nanoTime();
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        BufferedReader said = process.inputReader();
        String line = said.readLine();
        if (line == null) {
            throw new IOException("the relay did not start");
        }
        port = URI.create(line.substring(line.indexOf("http"))).getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(("GET /ready HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            if (!answer.startsWith("HTTP/1.1 200")) {
                throw new IOException("the relay is not ready: " + answer);
            }
        }
        readyMs = (System.nanoTime() - begin) / 1e6;
    }

    private static String java(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    int port() {
        return port;
    }

    /** From the start of the process to its first answer. */
    double readyMs() {
        return readyMs;
    }

    /** Bytes of what its heap holds that is in use. */
    long liveBytes() throws IOException {
        Process jcmd = new ProcessBuilder(java("jcmd"), String.valueOf(process.pid()), "GC.class_histogram").start();
        String total = jcmd.inputReader().lines().filter(line -> line.startsWith("Total")).findFirst()
            .orElseThrow(() -> new IOException("jcmd tells nothing of the relay's heap"));
        return Long.parseLong(total.strip().split("\\s+")[2]);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
