package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a program serves, through a preview's service worker: first sight, small requests, large bodies. The peer of small
 * requests is a service worker that answers each with a constant, on an origin of its own, asked in turns with the preview:
 * both in a frame of the page, and both in a tab of their own, which is in front while it is asked. There the OS is in a tab
 * behind, and browsers give its process less.
 */
final class Previews implements Benchmark {

    private static final int SHOWN = 5;
    /** A machine whose speed changes every few seconds needs short rounds, and many pairs. */
    private static final int REQUESTS = 100;
    private static final int ROUNDS = 31;
    private static final int MEBIBYTES = 64;
    private static final int BODIES = 5;

    @Override
    public String name() {
        return "preview";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (ConstantServer constant = new ConstantServer(); Tab tab = lab.freshTabWithFrames().withSdk("e2e/guests/web.wasm")) {
            JsonNode shown = tab.run("preview", Map.of("count", SHOWN));
            report.add(new Row("preview, spawn to shown", "ms", Samples.of(shown.get("cold").asDouble()),
                Tab.samples(shown.get("warm")), Target.NONE, null));
            Frame preview = frame(tab.page(), shown.get("url").asText());
            tab.run("constant", Map.of("url", constant.url()));
            Frame peer = frame(tab.page(), constant.url());
            peer.waitForFunction("document.title === 'Ready'");
            small("", preview, peer, report);
            BrowserContext context = tab.page().context();
            try (Page previewTab = context.newPage(); Page peerTab = context.newPage()) {
                previewTab.navigate(preview.url());
                peerTab.navigate(constant.url());
                small(", in a tab", previewTab.mainFrame(), peerTab.mainFrame(), report);
            }
            tab.page().bringToFront();
            bodies(preview, report);
        }
    }

    private static Frame frame(Page page, String url) {
        return page.frames().stream()
            .filter(frame -> frame.url().startsWith(url) && !frame.url().contains("/__samovar/")).findFirst().orElseThrow();
    }

    private static void small(String where, Frame preview, Frame peer, Report report) throws IOException {
        List<Double> rates = new ArrayList<>();
        List<Double> times = new ArrayList<>();
        List<Double> peerRates = new ArrayList<>();
        List<Double> peerTimes = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        List<Double> added = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            JsonNode mine = inFront(preview);
            JsonNode peers = inFront(peer);
            add(mine, rates, times);
            add(peers, peerRates, peerTimes);
            ratios.add(mine.get("rate").asDouble() / peers.get("rate").asDouble());
            added.add(mine.get("p50").asDouble() - peers.get("p50").asDouble());
        }
        report.add(new Row("preview, small requests one by one" + where, "1/s", null, new Samples(rates),
            Target.NONE, new Samples(peerRates).p50()));
        report.add(new Row("preview, of the peer's requests a second" + where, "x", null, new Samples(ratios),
            Target.atLeast(0.8), null));
        report.add(new Row("preview, a small request's p50" + where, "ms", null, new Samples(times),
            Target.NONE, new Samples(peerTimes).p50()));
        report.add(new Row("preview, added to the peer's p50" + where, "ms", null, new Samples(added),
            Target.aim(0.5), null));
    }

    private static JsonNode inFront(Frame frame) throws IOException {
        frame.page().bringToFront();
        return Tab.run(frame, "small", Map.of("url", "/", "requests", REQUESTS));
    }

    private static void add(JsonNode result, List<Double> rates, List<Double> times) {
        rates.add(result.get("rate").asDouble());
        times.add(result.get("p50").asDouble());
    }

    private static void bodies(Frame preview, Report report) throws IOException {
        List<Double> down = new ArrayList<>();
        List<Double> up = new ArrayList<>();
        for (int i = 0; i < BODIES; i++) {
            JsonNode result = Tab.run(preview, "bodies", Map.of("mebibytes", MEBIBYTES));
            down.add(result.get("down").asDouble());
            up.add(result.get("up").asDouble());
        }
        report.add(new Row("preview, download", "MB/s", null, new Samples(down), Target.atLeast(200), null));
        report.add(new Row("preview, upload", "MB/s", null, new Samples(up), Target.atLeast(200), null));
    }
}
