package dev.samovar.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void percentilesAreMeasuredValuesByNearestRank() {
        Samples twenty = new Samples(DoubleStream.iterate(20, n -> n - 1).limit(20).boxed().toList());
        assertEquals(10, twenty.p50());
        assertEquals(19, twenty.p95());
    }

    @Test
    void aSingleValueIsAllOfThem() {
        assertEquals(7, Samples.of(7).p50());
        assertEquals(7, Samples.of(7).p95());
    }

    @Test
    void nothingMeasuredIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> new Samples(List.of()));
    }
}
