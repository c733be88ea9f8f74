package dev.samovar.bench;

import java.io.IOException;

/** Something that is measured, under a name by which it can be asked for. */
interface Benchmark {

    /** Runs from which p50 and p95 are taken. */
    int RUNS = 20;

    String name();

    /** Measures it, in tabs of its own, and adds what it found. */
    void run(Lab lab, Report report) throws IOException;
}
