package dev.samovar.bench;

/** One number that is no time: pages, workers, lines. */
record Fact(String name, double value) {
}
