package dev.samovar.relay.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Internet addresses: which of them are the internet's, and how they are written. */
final class Addresses {

    /** IPv6 ranges that are not plain unicast of the internet, or that carry an IPv4 address within: prefix, bits. */
    private static final byte[][] SPECIAL_6 = {
        bytes(0x00), // unspecified, loopback, IPv4-compatible, IPv4-mapped, NAT64
        bytes(0x01, 0x00), // discarded
        bytes(0x20, 0x01, 0x00, 0x00), bytes(0x20, 0x02), // Teredo, 6to4
        bytes(0x20, 0x01, 0x0d, 0xb8), // documentation
    };

    private Addresses() {
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** Whether anybody on the internet may be behind it: not this machine, not its networks, no special range. */
    static boolean isPublic(InetAddress address) {
        byte[] b = address.getAddress();
        if (address.isMulticastAddress() || address.isAnyLocalAddress() || address.isLoopbackAddress()
            || address.isLinkLocalAddress() || address.isSiteLocalAddress()) {
            return false;
        }
        return address instanceof Inet4Address ? isPublic4(b[0] & 255, b[1] & 255, b[2] & 255) : isPublic6(b);
    }

    private static boolean isPublic4(int a, int b, int c) {
        return !(a == 0 || a == 10 || a == 127 || a >= 224
            || a == 100 && b >= 64 && b < 128
            || a == 169 && b == 254
            || a == 172 && b >= 16 && b < 32
            || a == 192 && (b == 168 || b == 0 && (c == 0 || c == 2) || b == 88 && c == 99)
            || a == 198 && (b == 18 || b == 19 || b == 51 && c == 100)
            || a == 203 && b == 0 && c == 113);
    }

    private static boolean isPublic6(byte[] address) {
        if ((address[0] & 0xfe) == 0xfc) { // unique local
            return false;
        }
        for (byte[] prefix : SPECIAL_6) {
            boolean same = true;
            for (int i = 0; i < prefix.length; i++) {
                same &= prefix[i] == address[i];
            }
            if (same) {
                return false;
            }
        }
        return true;
    }

    /**
     * The address that {@code text} writes out: four decimal numbers without leading zeros, or IPv6 with or without
     * brackets. An IPv4 address in IPv6's clothes comes back as the IPv4 address.
     *
     * @return null when it is a name, or a number in a form that programs read differently (octal, hexadecimal, short)
     */
    static InetAddress literal(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        boolean six = bare.indexOf(':') >= 0;
        if (six ? bare.indexOf('%') >= 0 || !consistsOf(bare, "0123456789abcdefABCDEF:.") : !text.equals(bare) || !isDottedQuad(bare)) {
            return null;
        }
        try {
            return InetAddress.getByName(bare); // a literal: nobody is asked
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Whether {@code host} is a name that a resolver may be asked for: its last label is not a number. */
    static boolean isName(String host) {
        String label = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        label = label.substring(label.lastIndexOf('.') + 1);
        return !label.isEmpty() && !Character.isDigit(label.charAt(0)) && host.indexOf(':') < 0 && host.indexOf('[') < 0
            && host.indexOf('/') < 0 && host.indexOf('%') < 0;
    }

    private static boolean isDottedQuad(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !consistsOf(part, "0123456789")
                || part.length() > 1 && part.charAt(0) == '0' || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    private static boolean consistsOf(String text, String letters) {
        return text.chars().allMatch(c -> letters.indexOf(c) >= 0);
    }
}
