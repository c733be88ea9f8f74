package dev.samovar.relay.bore;

import java.net.InetAddress;

/**
 * How a bore server is run.
 *
 * @param bind           the address of the control port and of the ports lent
 * @param controlPort    7835 is where every client looks; 0 takes any free one
 * @param secret         what clients must know; null for nothing
 * @param firstPort      of those that are lent
 * @param lastPort       of those that are lent
 * @param tunnels        tunnels of one client address
 * @param visitors       visitors of one tunnel, waiting ones included
 * @param connections    connections of one client address to the control port; fetched visitors are such
 * @param bytesPerSecond of one tunnel, both directions together; 0 for no limit
 * @param claimMillis    how long a visitor waits to be fetched
 */
public record BoreConfig(InetAddress bind, int controlPort, String secret, int firstPort, int lastPort, int tunnels,
    int visitors, int connections, long bytesPerSecond, int claimMillis) {

    /** Where every client looks. */
    public static final int CONTROL_PORT = 7835;

    /** On this machine only, without a secret. */
    public static final BoreConfig DEFAULT = new BoreConfig(
        InetAddress.getLoopbackAddress(), CONTROL_PORT, null, 1024, 65535, 8, 128, 1100, 0, 10_000);

    @Override
    public String toString() {
        return "BoreConfig[" + bind.getHostAddress() + ":" + controlPort + "]"; // and not the secret
    }
}
