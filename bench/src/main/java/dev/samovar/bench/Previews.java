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
 * requests is a service worker that answers each with a constant, asked in turns with the preview, each by a page in the
 * tab in front, so that both meet the same browser and machine. The preview is asked in its frame, where it opens, and in a
 * tab of its own: then the OS is in a tab behind, and browsers give its process less.
 */
final class Previews implements Benchmark {

    private static final int SHOWN = 5;
    private static final int REQUESTS = 300;
    private static final int ROUNDS = 9;
    private static final int MEBIBYTES = 64;
    private static final int BODIES = 5;

    @Override
    public String name() {
        return "preview";
    }

    @Override
    public void run(Lab lab, Report report) throws IOException {
        try (Tab tab = lab.freshTab().withSdk("e2e/guests/web.wasm")) {
            JsonNode shown = tab.run("preview", Map.of("count", SHOWN));
            report.add(new Row("preview, spawn to shown", "ms", Samples.of(shown.get("cold").asDouble()),
                Tab.samples(shown.get("warm")), Target.NONE, null));
            Frame preview = preview(tab.page(), shown.get("url").asText());
            tab.run("constant", Map.of());
            BrowserContext context = tab.page().context();
            try (Page peer = context.newPage()) {
                peer.navigate(lab.url() + "bench/page");
                small("", tab.page(), preview, peer, report);
                try (Page mine = context.newPage()) {
                    mine.navigate(preview.url());
                    small(", in a tab", mine, mine.mainFrame(), peer, report);
                }
            }
            tab.page().bringToFront();
            bodies(preview, report);
        }
    }

    private static Frame preview(Page page, String url) {
        return page.frames().stream()
            .filter(frame -> frame.url().startsWith(url) && !frame.url().contains("/__samovar/")).findFirst().orElseThrow();
    }

    private static void small(String where, Page page, Frame preview, Page constant, Report report) throws IOException {
        Map<String, Object> mine = Map.of("url", "/", "requests", REQUESTS);
        Map<String, Object> peers = Map.of("url", "/bench/x", "requests", REQUESTS);
        inFront(page, preview, mine);
        inFront(constant, constant.mainFrame(), peers);
        List<Double> rates = new ArrayList<>();
        List<Double> times = new ArrayList<>();
        List<Double> peerRates = new ArrayList<>();
        List<Double> peerTimes = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            add(inFront(page, preview, mine), rates, times);
            add(inFront(constant, constant.mainFrame(), peers), peerRates, peerTimes);
        }
        double peerRate = new Samples(peerRates).p50();
        double peerTime = new Samples(peerTimes).p50();
        report.add(new Row("preview, small requests one by one" + where, "1/s", null, new Samples(rates),
            Target.atLeast(0.8 * peerRate), peerRate));
        report.add(new Row("preview, a small request's p50" + where, "ms", null, new Samples(times),
            Target.aim(peerTime + 0.5), peerTime));
    }

    private static JsonNode inFront(Page page, Frame frame, Map<String, Object> argument) throws IOException {
        page.bringToFront();
        return Tab.run(frame, "small", argument);
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
