package dev.samovar.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** The relay as a process of its own, beside a direct connection and beside websockify, between the same ends. */
final class Relays implements Benchmark {

    private static final int TRIPS = 4_000;
    private static final int COLD_TRIPS = 200;
    private static final long BYTES = 96L << 20;
    private static final int STREAMS = 16;
    private static final int TIMES = 20;
    private static final int WARM_UPS = 5;
    private static final int IDLE = 5_000;
    private static final int STARTS = 10;

    @Override
    public String name() {
        return "relay";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        start(report);
        try (Ends ends = new Ends();
            RelayProcess relay = new RelayProcess("--relay-allow", "127.0.0.1:" + ends.port());
            Carrier.Websockify websockify = Carrier.Websockify.start(ends.port())) {
            Carrier ours = new Carrier.Wisp(relay.port(), ends.port());
            trips(report, ours, websockify, ends.port());
            for (int streams : new int[] {1, STREAMS}) {
                rates(report, "download, " + count(streams), ours, websockify, carrier -> carrier.download(streams, BYTES / streams));
                rates(report, "upload, " + count(streams), ours, websockify, carrier -> carrier.upload(streams, BYTES / streams));
            }
            if (websockify == null) {
                System.out.println("There is no websockify here to compare with: Debian's package of that name has it.");
            }
        }
        idle(report);
    }

    private static String count(int streams) {
        return streams == 1 ? "1 stream" : streams + " streams";
    }

    private static void start(Report report) throws IOException {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i <= STARTS; i++) {
            try (RelayProcess relay = new RelayProcess()) {
                times.add(relay.readyMs());
            }
        }
        report.add(new Row("relay, start to /ready", "ms", Samples.of(times.get(0)), new Samples(times.subList(1, times.size())),
            Target.aim(1000).max(1000), null));
    }

    /** What a relay adds, byte by byte, each trip beside a direct one. */
    private static void trips(Report report, Carrier ours, Carrier websockify, int target) throws IOException {
        List<Double> cold = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        List<Double> peer = new ArrayList<>();
        try (Socket direct = new Socket(InetAddress.getLoopbackAddress(), target);
            Carrier.Trip relayed = ours.trip(); Carrier.Trip compared = websockify == null ? null : websockify.trip()) {
            direct.setTcpNoDelay(true);
            direct.getOutputStream().write(Ends.ask('e', 0));
            for (int i = 0; i < TRIPS; i++) {
                long begin = System.nanoTime();
                direct.getOutputStream().write('x');
                direct.getInputStream().read();
                long between = System.nanoTime();
                relayed.go();
                long end = System.nanoTime();
                (i < COLD_TRIPS ? cold : warm).add((end - between - (between - begin)) / 1e3);
                if (compared != null) {
                    compared.go();
                    if (i >= COLD_TRIPS) {
                        peer.add((System.nanoTime() - end - (between - begin)) / 1e3);
                    }
                }
            }
        }
        report.add(new Row("relay, added to a round trip", "us", new Samples(cold), new Samples(warm), Target.aim(300).max(300),
            peer.isEmpty() ? null : new Samples(peer).p50()));
    }

    private interface Move {
        void by(Carrier carrier) throws IOException;
    }

    private static void rates(Report report, String name, Carrier ours, Carrier websockify, Move move) throws IOException {
        List<Double> rates = new ArrayList<>();
        List<Double> peer = new ArrayList<>();
        for (int i = 0; i < WARM_UPS + TIMES; i++) {
            rates.add(rate(ours, move));
            if (websockify != null) {
                peer.add(rate(websockify, move));
            }
        }
        Double other = peer.isEmpty() ? null : new Samples(peer.subList(WARM_UPS, peer.size())).p50();
        report.add(new Row("relay, " + name, "MB/s", Samples.of(rates.get(0)), new Samples(rates.subList(WARM_UPS, rates.size())),
            other == null ? Target.NONE : Target.atLeast(other), other));
    }

    private static double rate(Carrier carrier, Move move) throws IOException {
        long begin = System.nanoTime();
        move.by(carrier);
        return BYTES / ((System.nanoTime() - begin) / 1e3);
    }

    private static void idle(Report report) throws IOException {
        List<RawWebSocket> sockets = new ArrayList<>();
        try (RelayProcess relay = new RelayProcess("--relay-sockets", "10000", "--connections", "10000")) {
            String origin = "http://samovar.localhost:" + relay.port();
            for (int i = 0; i < 100; i++) {
                new RawWebSocket(relay.port(), "/relay", "samovar-wisp.1", origin).close();
            }
            long before = relay.liveBytes();
            for (int i = 0; i < IDLE; i++) {
                sockets.add(new RawWebSocket(relay.port(), "/relay", "samovar-wisp.1", origin));
            }
            double each = (relay.liveBytes() - before) / 1024.0 / IDLE;
            report.add(new Row("relay, heap of an idle one", "KiB", null, Samples.of(each), Target.aim(20).max(20), null));
        } finally {
            for (RawWebSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
