package dev.samovar.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** Figures of one kind, from repeated measurements. */
record Samples(List<Double> values) {

    Samples {
        values = values.stream().sorted().toList();
        if (values.isEmpty()) {
            throw new IllegalArgumentException("Nothing was measured.");
        }
    }

    static Samples of(double value) {
        return new Samples(List.of(value));
    }

    @JsonProperty
    double p50() {
        return percentile(50);
    }

    @JsonProperty
    double p95() {
        return percentile(95);
    }

    /** By nearest rank, so that each figure printed was really measured. */
    private double percentile(int percent) {
        return values.get((percent * values.size() + 99) / 100 - 1);
    }
}
