package dev.samovar.relay.net;

import java.io.PrintStream;
import java.time.Instant;

/**
 * What happened, as a line of JSON each. Never what was sent, no secret and no token. A client that makes us write many
 * lines gets a few, and how many there were: a log is a disk that others can fill.
 */
public final class Log {

    private static final int LINES_PER_SECOND = 50;

    private final PrintStream out;
    private long second;
    private int lines;
    private long dropped;

    /** @param out null for a log that is not kept */
    public Log(PrintStream out) {
        this.out = out;
    }

    /**
     * Writes a line.
     *
     * @param event  what happened, a word or two
     * @param fields names and values in turn; a value is text or a number
     */
    public synchronized void say(String event, Object... fields) {
        if (out == null) {
            return;
        }
        Instant now = Instant.now();
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            lines = 0;
        }
        if (lines++ >= LINES_PER_SECOND) {
            dropped++;
            return;
        }
        StringBuilder line = new StringBuilder("{");
        add(line, "time", now.toString());
        add(line, "event", event);
        for (int i = 0; i < fields.length; i += 2) {
            add(line, (String) fields[i], fields[i + 1]);
        }
        if (dropped > 0) {
            add(line, "dropped", dropped);
            dropped = 0;
        }
        out.println(line.append('}'));
    }

    private static void add(StringBuilder line, String name, Object value) {
        line.append(line.length() == 1 ? "\"" : ",\"").append(name).append("\":");
        if (value instanceof Number) {
            line.append(value);
            return;
        }
        line.append('"');
        for (char c : String.valueOf(value).toCharArray()) {
            if (c == '"' || c == '\\') {
                line.append('\\');
            }
            line.append(c < ' ' || c == 127 ? '?' : c);
        }
        line.append('"');
    }
}
