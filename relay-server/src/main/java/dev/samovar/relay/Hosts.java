package dev.samovar.relay;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;

/**
 * The names under which a browser reaches this server. They differ in what a page loaded from them may do, so a
 * request is told apart by its Host header before anything else is read.
 */
enum Hosts {
    /** The operating system's page. */
    PAGE,
    /** This machine by its usual names; people type them. */
    LOOPBACK,
    /** {@code p<port>-<os id>.samovar.localhost}: the origin of what a process serves on a port. */
    PREVIEW,
    /** Anything else: a name that somebody made point to this machine. */
    STRANGER;

    private static final String PAGE_NAME = "samovar.localhost";
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern PREVIEW_NAME = Pattern.compile("p[1-9][0-9]{0,4}-[a-z0-9]+\\." + Pattern.quote(PAGE_NAME));

    /** The host a request asks for. The port counts too: it must be the one that the request came in on. */
    static Hosts of(Request request) {
        if (Request.getServerPort(request) != Request.getLocalPort(request)) {
            return STRANGER;
        }
        String name = Request.getServerName(request).toLowerCase(Locale.ROOT);
        if (name.equals(PAGE_NAME)) {
            return PAGE;
        }
        if (LOOPBACK_NAMES.contains(name)) {
            return LOOPBACK;
        }
        return PREVIEW_NAME.matcher(name).matches() ? PREVIEW : STRANGER;
    }

    /** The page's origin, as in an Origin header. */
    static String pageOrigin(int port) {
        return "http://" + PAGE_NAME + ":" + port;
    }

    /** Every preview's origin, as a source expression of a content security policy. */
    static String previewOrigins(int port) {
        return "http://*." + PAGE_NAME + ":" + port;
    }
}
