package dev.samovar.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowTest {

    private static Row row(Double cold, Double warm, Double peer) {
        return new Row("stat", "ns", cold == null ? null : Samples.of(cold), warm == null ? null : Samples.of(warm),
            Target.aim(250).max(1000), peer);
    }

    @Test
    void theWarmFigureIsHeldAgainstTheTargets() {
        assertFalse(row(5000.0, 250.0, null).missesAim());
        assertTrue(row(null, 251.0, null).missesAim());
        assertFalse(row(null, 251.0, null).missesMax());
        assertTrue(row(null, 1001.0, null).missesMax());
    }

    @Test
    void aRateIsHeldAgainstALeast() {
        Row rate = new Row("stdout", "MB/s", null, Samples.of(999), Target.atLeast(1000), null);
        assertTrue(rate.missesAim());
        assertFalse(new Row("stdout", "MB/s", null, Samples.of(1000), Target.atLeast(1000), null).missesAim());
    }

    @Test
    void withoutAWarmFigureTheColdOneIs() {
        assertTrue(row(1001.0, null, null).missesMax());
    }

    @Test
    void theRatioIsThatToThePeer() {
        assertEquals(Optional.of(0.5), row(null, 100.0, 200.0).ratio());
        assertEquals(Optional.empty(), row(null, 100.0, null).ratio());
    }
}
