package dev.samovar.relay;

import dev.samovar.relay.net.AddressRange;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Where clients meet the server.
 *
 * @param bind         addresses to listen on; none for those of this machine alone
 * @param publicOrigin where browsers find the page, a scheme, a host and maybe a port; null for
 *                     {@code samovar.localhost} on the port that is listened on
 * @param identities   what to speak TLS with; none for plain HTTP
 * @param proxies      whose word on the client's address and scheme is believed
 * @param proxyHeader  how they say it
 * @param connections  of one client address at a time, those of {@code proxies} and WebSockets not counted
 * @param patienceSeconds for a request's head, from the connection's start or its last answer
 */
public record Front(List<InetAddress> bind, URI publicOrigin, List<Identity> identities, List<AddressRange> proxies,
    ProxyHeader proxyHeader, int connections, int patienceSeconds) {

    /** This machine alone, plain HTTP, no proxy. */
    public static final Front DEFAULT = new Front(List.of(), null, List.of(), List.of(), ProxyHeader.X_FORWARDED, 1024,
        30);

    /** Which of the two a proxy sets: the other it may pass on as a client wrote it. */
    public enum ProxyHeader {
        /** {@code X-Forwarded-For} and {@code X-Forwarded-Proto}. */
        X_FORWARDED,
        /** {@code Forwarded}, RFC 7239. */
        FORWARDED;

        @Override
        public String toString() {
            return this == FORWARDED ? "forwarded" : "x-forwarded";
        }
    }

    /**
     * A certificate and its key, in PEM.
     *
     * @param certificate the server's first, then those that lead to its authority
     * @param key         PKCS#8, or PKCS#1 or SEC 1, not encrypted
     */
    public record Identity(Path certificate, Path key) {
    }

    public Front {
        bind = List.copyOf(bind);
        identities = List.copyOf(identities);
        proxies = List.copyOf(proxies);
    }

    /** Whether a browser that connects to this server directly speaks TLS. */
    boolean speaksTls() {
        return !identities.isEmpty();
    }
}
