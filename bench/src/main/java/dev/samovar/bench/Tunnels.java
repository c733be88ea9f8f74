package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.samovar.relay.SamovarServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** From outside the browser, through a bore server and the relay, to a program in a tab. */
final class Tunnels implements Benchmark {

    private static final int ROUNDS = 2_000;
    private static final int MEGABYTES = 200;
    private static final int STREAMS = 16;
    private static final int TIMES = 5;

    @Override
    public String name() {
        return "tunnel";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (SamovarServer server = Lab.boreServer();
            Tab tab = lab.freshTab(server).withSdk("e2e/guests/serve.wasm")) {
            List<Double> shares = new ArrayList<>();
            int port = 0;
            for (int i = 0; i <= RUNS; i++) {
                JsonNode opened = tab.run("tunnel", Map.of("server", "localhost:" + server.borePort()));
                port = URI.create(opened.get("url").asText()).getPort();
                long begin = System.nanoTime();
                download(port, 11, "/");
                shares.add(opened.get("ms").asDouble() + (System.nanoTime() - begin) / 1e6);
            }
            report.add(new Row("tunnel, Share to first answer", "ms", Samples.of(shares.get(0)),
                new Samples(shares.subList(1, shares.size())), Target.aim(1000).max(1000), null));
            report.add(new Row("tunnel, round trip of a byte", "us", null, new Samples(trips(port)), Target.NONE, null));
            List<Double> one = new ArrayList<>();
            List<Double> many = new ArrayList<>();
            for (int i = 0; i < TIMES; i++) {
                one.add(rate(port, 1));
                many.add(rate(port, STREAMS));
            }
            report.add(new Row("tunnel, download", "MB/s", null, new Samples(one), Target.NONE, null));
            report.add(new Row("tunnel, " + STREAMS + " downloads", "MB/s", null, new Samples(many), Target.NONE, null));
        }
    }

    private static List<Double> trips(int port) throws IOException {
        List<Double> trips = new ArrayList<>();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            for (int i = 0; i < ROUNDS; i++) {
                long begin = System.nanoTime();
                socket.getOutputStream().write('x');
                if (socket.getInputStream().read() != 'x') {
                    throw new IOException("the tunnel broke");
                }
                trips.add((System.nanoTime() - begin) / 1e3);
            }
        }
        return trips.subList(ROUNDS / 10, ROUNDS);
    }

    private static double rate(int port, int streams) {
        long bytes = MEGABYTES * 1_000_000L / streams;
        long begin = System.nanoTime();
        List<Thread> threads = IntStream.range(0, streams).mapToObj(i -> new Thread(() -> {
            try {
                download(port, bytes, "/bytes/" + bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        })).toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return bytes * streams / ((System.nanoTime() - begin) / 1e3);
    }

    private static void download(int port, long bytes, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1 << 16];
            long got = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                got += count;
            }
            if (got < bytes) {
                throw new IOException("only " + got + " of " + bytes + " bytes came");
            }
        }
    }
}
