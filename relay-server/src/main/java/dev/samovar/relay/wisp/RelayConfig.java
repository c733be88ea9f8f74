package dev.samovar.relay.wisp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.samovar.relay.net.AllowList;
import dev.samovar.relay.net.Target;
import java.security.MessageDigest;
import java.util.List;

/**
 * What the relay allows, and how much of it.
 *
 * @param allow            where it connects to
 * @param token            what other clients than the page must say; null when there are none
 * @param streams          streams of one WebSocket
 * @param sockets          WebSockets of one client address
 * @param bytesPerSecond   of one WebSocket, each direction; 0 for no limit
 * @param streamSeconds    how long a stream may live; 0 for no limit
 * @param connectMillis    how long a target may take to answer
 * @param drainMillis      how long streams may go on once the server is asked to stop
 */
public record RelayConfig(AllowList allow, String token, int streams, int sockets, long bytesPerSecond,
    int streamSeconds, int connectMillis, int drainMillis) {

    /** Allows nothing; the limits are those that flags would change. */
    public static final RelayConfig DEFAULT = new RelayConfig(new AllowList(List.of()), null, 256, 64, 0, 0, 10_000, 2_000);

    /** The same, and one more target, as {@link Target#parse} reads it. */
    public RelayConfig allowing(String target) {
        return new RelayConfig(allow.and(Target.parse(target)), token, streams, sockets, bytesPerSecond, streamSeconds,
            connectMillis, drainMillis);
    }

    /** Whether a request with this Authorization header, or null for none, shows that its client knows the token. */
    public boolean admits(String authorization) {
        return token != null && authorization != null
            && MessageDigest.isEqual(authorization.getBytes(UTF_8), ("Bearer " + token).getBytes(UTF_8));
    }
}
