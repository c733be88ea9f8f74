package dev.samovar.relay.net;

import java.net.InetAddress;

/** Addresses that begin alike: {@code 10.0.0.0/8}, {@code fd00::/8}, or a single one. */
public final class AddressRange {

    private final String text;
    private final byte[] address;
    private final int bits;

    private AddressRange(String text, byte[] address, int bits) {
        this.text = text;
        this.address = address;
        this.bits = bits;
    }

    /**
     * Reads an address, IPv6 with brackets or without, and how many of its bits count if not all do.
     *
     * @return null when {@code text} is none, a name included
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress literal = Addresses.literal(slash < 0 ? text : text.substring(0, slash));
        if (literal == null) {
            return null;
        }
        byte[] address = literal.getAddress();
        int bits = slash < 0 ? address.length * 8 : bits(text.substring(slash + 1));
        return bits < 0 || bits > address.length * 8 ? null : new AddressRange(text, address, bits);
    }

    /** The address that {@code text} writes out, in the one form that all programs read alike; null when it is none. */
    public static InetAddress address(String text) {
        return Addresses.literal(text);
    }

    private static int bits(String digits) {
        return digits.length() < 4 && digits.matches("[0-9]+") ? Integer.parseInt(digits) : -1;
    }

    /** Whether {@code candidate} is one of them. */
    public boolean contains(InetAddress candidate) {
        byte[] bytes = candidate.getAddress();
        if (bytes.length != address.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            if (((bytes[bit >> 3] ^ address[bit >> 3]) >> 7 - (bit & 7) & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
