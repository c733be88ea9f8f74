package dev.samovar.bench;

import java.util.Optional;

/**
 * One line of the table.
 *
 * @param cold measured where nothing was warm; null if that was not measured
 * @param warm measured after warm-up runs; null if that was not measured
 * @param peer p50 of the JavaScript-hosted peer for the same work; null if it was not run
 */
record Row(String name, String unit, Samples cold, Samples warm, Target target, Double peer) {

    /** What counts: the warm p50, or the cold one where there is no warm. */
    double figure() {
        return (warm == null ? cold : warm).p50();
    }

    boolean missesAim() {
        return target.missesAim(figure());
    }

    boolean missesMax() {
        return target.missesMax(figure());
    }

    /** How many times as long as the peer it takes. */
    Optional<Double> ratio() {
        return Optional.ofNullable(peer).map(other -> figure() / other);
    }
}
