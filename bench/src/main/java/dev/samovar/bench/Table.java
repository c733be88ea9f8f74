package dev.samovar.bench;

import java.util.Locale;

/** How rows and facts look on a terminal. */
final class Table {

    private static final String FORMAT = "%-26s %4s %9s %9s %9s %9s %8s %8s %8s %7s";

    static final String HEAD = String.format(FORMAT,
        "", "unit", "cold p50", "cold p95", "warm p50", "warm p95", "aim", "max", "peer", "ratio");

    private Table() {
    }

    static String line(Row row) {
        return String.format(FORMAT, row.name(), row.unit(), p50(row.cold()), p95(row.cold()), p50(row.warm()),
            p95(row.warm()), number(row.target().aim()), number(row.target().max()), number(row.peer()),
            row.ratio().map(Table::number).orElse("")).stripTrailing();
    }

    static String line(Fact fact) {
        return String.format("%-58s %12s", fact.name(), number(fact.value()));
    }

    static String missed(Row row, String bound, double value) {
        return String.format("%s misses its %s: %s %s, not %s", row.name(), bound, number(row.figure()), row.unit(),
            number(value));
    }

    private static String p50(Samples samples) {
        return samples == null ? "" : number(samples.p50());
    }

    /** A single measurement has no spread. */
    private static String p95(Samples samples) {
        return samples == null || samples.values().size() == 1 ? "" : number(samples.p95());
    }

    /** Three digits that count, or all before the point. */
    private static String number(Double value) {
        if (value == null) {
            return "";
        }
        double size = Math.abs(value);
        String format = value == Math.rint(value) || size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
