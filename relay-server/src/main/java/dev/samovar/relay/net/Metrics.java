package dev.samovar.relay.net;

import java.util.concurrent.atomic.LongAdder;

/** What {@code /metrics} tells, in the text format of Prometheus. */
public final class Metrics {

    public final LongAdder connections = new LongAdder();
    public final LongAdder sockets = new LongAdder();
    public final LongAdder streams = new LongAdder();
    public final LongAdder streamsOpened = new LongAdder();
    public final LongAdder streamsRefused = new LongAdder();
    public final LongAdder bytesHeld = new LongAdder();
    public final LongAdder bytesUp = new LongAdder();
    public final LongAdder bytesDown = new LongAdder();
    public final LongAdder boreConnections = new LongAdder();
    public final LongAdder tunnels = new LongAdder();
    public final LongAdder visitors = new LongAdder();
    public final LongAdder visitorsTotal = new LongAdder();
    public final LongAdder visitorsUnclaimed = new LongAdder();
    public final LongAdder tunnelBytes = new LongAdder();

    /** All of them as text. */
    public String text() {
        StringBuilder text = new StringBuilder();
        add(text, "gauge", "samovar_connections", "HTTP connections open, WebSockets not among them", connections);
        add(text, "gauge", "samovar_relay_sockets", "WebSockets open at the relay", sockets);
        add(text, "gauge", "samovar_relay_streams", "TCP streams open through the relay", streams);
        add(text, "counter", "samovar_relay_streams_opened_total", "TCP streams that were connected", streamsOpened);
        add(text, "counter", "samovar_relay_streams_refused_total", "TCP streams that were not connected", streamsRefused);
        add(text, "gauge", "samovar_relay_held_bytes", "Bytes that targets, or clients, have not taken yet", bytesHeld);
        add(text, "counter", "samovar_relay_up_bytes_total", "Bytes from clients to targets", bytesUp);
        add(text, "counter", "samovar_relay_down_bytes_total", "Bytes from targets to clients", bytesDown);
        add(text, "gauge", "samovar_bore_connections", "Connections of clients at the bore server", boreConnections);
        add(text, "gauge", "samovar_bore_tunnels", "Tunnels open at the bore server", tunnels);
        add(text, "gauge", "samovar_bore_visitors", "Visitors connected or waiting", visitors);
        add(text, "counter", "samovar_bore_visitors_total", "Visitors that came", visitorsTotal);
        add(text, "counter", "samovar_bore_visitors_unclaimed_total", "Visitors whom no client fetched", visitorsUnclaimed);
        add(text, "counter", "samovar_bore_bytes_total", "Bytes through tunnels, both ways", tunnelBytes);
        return text.toString();
    }

    private static void add(StringBuilder text, String type, String name, String help, LongAdder value) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n')
            .append("# TYPE ").append(name).append(' ').append(type).append('\n')
            .append(name).append(' ').append(value.sum()).append('\n');
    }
}
