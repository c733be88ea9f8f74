package dev.samovar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program as {@code spawn.js} runs it.
 *
 * @param expected part of what it must print
 */
record Run(String program, List<String> args, String expected) {

    /** Half a second after boot the spare workers are there. */
    static final int REST_MS = 500;

    /** ms of each of {@code runs} runs, in their order, in an OS that is booted for it, {@code restMs} after its boot. */
    List<Double> in(Tab tab, int restMs, int warmUps, int runs) throws IOException {
        List<Double> times = new ArrayList<>();
        for (JsonNode time : tab.run("spawn", Map.of("program", program, "args", args, "expected", expected,
            "restMs", restMs, "warmUps", warmUps, "runs", runs))) {
            times.add(time.asDouble());
        }
        return times;
    }
}
