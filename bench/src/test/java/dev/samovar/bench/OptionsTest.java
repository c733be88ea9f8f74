package dev.samovar.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    private static List<String> names(String... arguments) {
        return Options.parse(arguments).benchmarks().stream().map(Benchmark::name).toList();
    }

    @Test
    void everythingButTheTortureRunsByDefault() {
        assertTrue(names().containsAll(List.of("navigation", "boot", "hello", "stat", "stdout", "memory")));
        assertTrue(!names("--check").contains("torture"));
    }

    @Test
    void namesChooseWhatRuns() {
        assertEquals(List.of("stat", "clock"), names("stat", "--json", "clock"));
        assertEquals(List.of("torture"), names("--torture"));
        assertEquals(Calls.ALL.size(), names("calls").size());
    }

    @Test
    void whatIsNotThereIsNamed() {
        String sentence = assertThrows(IllegalArgumentException.class, () -> Options.parse("stats")).getMessage();
        assertTrue(sentence.contains("stats"), sentence);
    }

    @Test
    void helpIsNoRun() {
        assertNull(Options.parse("--help"));
    }
}
