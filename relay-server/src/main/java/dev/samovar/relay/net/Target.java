package dev.samovar.relay.net;

import java.net.InetAddress;
import java.util.Locale;

/**
 * One line of the list of allowed targets: {@code HOST:PORT}, where HOST is a name, {@code *.name}, {@code *}, an
 * address, or a range of them ({@code 10.0.0.0/8}, IPv6 in brackets), and PORT a number, a range or {@code *}.
 *
 * <p>A name allows what it resolves to only as far as that is on the public internet: who runs the name's DNS must not
 * decide whether this machine's own network is reached. Addresses allow themselves; {@code localhost} means 127.0.0.1
 * and ::1, and asks nobody.
 */
public final class Target {

    private static final String FORM = "takes HOST:PORT, such as example.org:443, *.example.org:8000-8010, 10.0.0.0/8:22,"
        + " [::1]:* or localhost:5432";

    private final String text;
    private final String name;       // lower case, null for addresses
    private final AddressRange range; // null for a name
    private final int firstPort;
    private final int lastPort;

    private Target(String text, String name, AddressRange range, int firstPort, int lastPort) {
        this.text = text;
        this.name = name;
        this.range = range;
        this.firstPort = firstPort;
        this.lastPort = lastPort;
    }

    /** @throws IllegalArgumentException with a clause that follows the setting's name */
    public static Target parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw wrong(text);
        }
        String host = text.substring(0, colon).toLowerCase(Locale.ROOT);
        String[] ports = text.substring(colon + 1).split("-", -1);
        int first = ports[0].equals("*") && ports.length == 1 ? 1 : port(ports[0], text);
        int last = ports[0].equals("*") ? 65535 : port(ports[ports.length - 1], text);
        if (ports.length > 2 || first > last) {
            throw wrong(text);
        }
        AddressRange range = AddressRange.parse(host);
        if (range != null) {
            return new Target(text, null, range, first, last);
        }
        String plain = host.startsWith("*.") ? host.substring(2) : host;
        if (!host.equals("*") && (!Addresses.isName(plain) || plain.indexOf('*') >= 0)) {
            throw wrong(text);
        }
        return new Target(text, host, null, first, last);
    }

    private static int port(String digits, String text) {
        int port = number(digits, 65535, text);
        if (port == 0) {
            throw wrong(text);
        }
        return port;
    }

    private static int number(String digits, int most, String text) {
        try {
            int number = Integer.parseInt(digits);
            if (number >= 0 && number <= most && Character.isDigit(digits.charAt(0))) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The sentence says it.
        }
        throw wrong(text);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(FORM + ", not \"" + text + "\".");
    }

    boolean hasPort(int port) {
        return port >= firstPort && port <= lastPort;
    }

    /** Whether this allows the name, as far as it leads to the public internet. */
    boolean hasName(String host) {
        if (name == null) {
            return false;
        }
        return name.equals("*") || name.equals(host) || name.startsWith("*.") && host.endsWith(name.substring(1));
    }

    /** Whether this allows the address by itself, whatever it was called. */
    boolean hasAddress(InetAddress candidate) {
        if (name != null) {
            return name.equals("localhost") && candidate.isLoopbackAddress() && isLocalhost(candidate.getAddress());
        }
        return range.contains(candidate);
    }

    private static boolean isLocalhost(byte[] loopback) {
        return loopback.length == 16 || loopback[1] == 0 && loopback[2] == 0 && loopback[3] == 1;
    }

    /** Whether this names addresses, so that only resolving a name tells whether it is allowed. */
    boolean namesAddresses() {
        return name == null || name.equals("localhost");
    }

    @Override
    public String toString() {
        return text;
    }
}
