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

    /**
     * ms of runs from the call of spawn, in their order.
     *
     * @param spawned until it was answered: the program is compiled then, and waits for its worker
     * @param ended   until the page saw its exit
     */
    record Times(List<Double> spawned, List<Double> ended) {
    }

    /** Each of {@code runs} runs, in an OS that is booted for it, {@code restMs} after its boot. */
    Times in(Tab tab, int restMs, int warmUps, int runs) throws IOException {
        JsonNode times = tab.run("spawn", Map.of("program", program, "args", args, "expected", expected,
            "restMs", restMs, "warmUps", warmUps, "runs", runs));
        return new Times(numbers(times.get("spawned")), numbers(times.get("ended")));
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(number -> numbers.add(number.asDouble()));
        return numbers;
    }
}
