package dev.samovar.relay.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What keeps things within bounds: the queue, the tally, the rate, the log. */
class BoundsTest {

    @Test
    void aQueueGivesBackWhatItWasGivenInAnyPieces() {
        Random random = new Random(3);
        ByteQueue queue = new ByteQueue();
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < 5000; i++) {
            byte[] piece = new byte[random.nextInt(300)];
            random.nextBytes(piece);
            int from = random.nextInt(piece.length + 1);
            ByteBuffer early = queue.first();
            queue.add(piece, from, piece.length - from);
            in.write(piece, from, piece.length - from);
            // What was looked at before the adding is still what it was.
            int take = random.nextInt(Math.min(300, early.remaining()) + 1);
            for (int k = 0; k < take; k++) {
                out.write(early.get());
            }
            queue.remove(take);
        }
        while (queue.size() > 0) {
            ByteBuffer rest = queue.first();
            int count = rest.remaining();
            for (int k = 0; k < count; k++) {
                out.write(rest.get());
            }
            queue.remove(count);
        }
        assertArrayEquals(in.toByteArray(), out.toByteArray());
        assertEquals(0, queue.capacity());
    }

    @Test
    void aQueueOfSmallPiecesIsSmall() {
        ByteQueue queue = new ByteQueue();
        for (int i = 0; i < 128 * 1024; i++) {
            queue.add(new byte[] {1}, 0, 1);
        }
        assertEquals(128 * 1024, queue.capacity());
    }

    @Test
    void aTallyKnowsOnlyWhoHoldsSomething() {
        Tally<String> tally = new Tally<>(2);
        assertTrue(tally.take("a"));
        assertTrue(tally.take("a"));
        assertFalse(tally.take("a"));
        assertFalse(tally.hasRoom("a"));
        assertTrue(tally.take("b"));
        tally.give("a");
        assertTrue(tally.hasRoom("a"));
        tally.give("a");
        tally.give("b");
        tally.give("b");
        assertEquals(0, tally.keys());
    }

    @Test
    void aRateAllowsASecondAheadAndThenPauses() {
        RateLimit rate = new RateLimit(1000);
        long now = System.nanoTime() + 1_000_000_000L;
        assertEquals(0, rate.spend(1000, now));
        assertEquals(500, rate.spend(500, now));
        assertEquals(0, rate.spend(500, now + 1_000_000_000L));
        assertEquals(0, new RateLimit(0).spend(Integer.MAX_VALUE));
    }

    @Test
    void aLogWritesALineOfJsonAndNotTooMany() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Log log = new Log(new PrintStream(out, true));
        log.say("test", "host", "a\"b\\c\n{\u001b", "port", 80);
        String line = out.toString();
        assertTrue(line.endsWith("\"event\":\"test\",\"host\":\"a\\\"b\\\\c?{?\",\"port\":80}" + System.lineSeparator()), line);
        for (int i = 0; i < 10_000; i++) {
            log.say("flood");
        }
        assertTrue(out.toString().lines().count() < 5000);
    }
}
