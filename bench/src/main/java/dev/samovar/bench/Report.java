package dev.samovar.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Everything that a run found out. Rows and facts are printed as they come. */
final class Report {

    private final Consumer<String> out;
    private final List<Row> rows = new ArrayList<>();
    private final List<Fact> facts = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    Report(Consumer<String> out) {
        this.out = out;
    }

    void add(Row row) {
        if (rows.isEmpty()) {
            out.accept("");
            out.accept(Table.HEAD);
        }
        rows.add(row);
        out.accept(Table.line(row));
    }

    void add(Fact fact) {
        if (facts.isEmpty()) {
            out.accept("");
        }
        facts.add(fact);
        out.accept(Table.line(fact));
    }

    /** Notes that something is not as it must be; the run goes on, and says so at its end. */
    void fail(String sentence) {
        failures.add(sentence);
    }

    /** Says what failed, and which rows miss what they are held against. */
    void sumUp() {
        out.accept("");
        if (failures.isEmpty() && rows.stream().noneMatch(row -> row.missesAim() || row.missesMax())) {
            out.accept("No row misses its aim or its maximum.");
        }
        failures.forEach(sentence -> out.accept("FAILED  " + sentence));
        for (Row row : rows) {
            if (row.missesMax()) {
                out.accept(Table.missed(row, "maximum", row.target().max()));
            } else if (row.missesAim()) {
                out.accept(Table.missed(row, "aim", row.target().aim()));
            }
        }
    }

    boolean missesMax() {
        return rows.stream().anyMatch(Row::missesMax);
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    List<Fact> facts() {
        return List.copyOf(facts);
    }

    List<String> failures() {
        return List.copyOf(failures);
    }
}
