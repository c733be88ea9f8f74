package dev.samovar.relay;

import java.net.InetSocketAddress;
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
    /** This machine by its usual names, which people type, or by the address that was connected to, as probes do. */
    DIRECT,
    /** {@code p<port>-<os id>.<suffix>}: the origin of what a process serves on a port. */
    PREVIEW,
    /** Anything else: a name that somebody made point to this machine. */
    STRANGER;

    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern PREVIEW_LABEL = Pattern.compile("p[1-9][0-9]{0,4}-[a-z0-9]{1,40}");
    private static final int MOST_PORT = 65_535;

    /** The host a request asks for. The port counts too: the public one with a public name, else the one that it came in on. */
    static Hosts of(Request request) {
        Site site = Site.of(request);
        String name = Request.getServerName(request).toLowerCase(Locale.ROOT);
        int port = request.getHttpURI().getPort();
        if ((port > 0 ? port : Site.defaultPort(site.scheme())) == site.port()) {
            if (name.equals(site.name())) {
                return PAGE;
            }
            if (isPreview(name, site.suffix())) {
                return PREVIEW;
            }
        }
        boolean here = (port > 0 ? port : Site.defaultPort(request.isSecure() ? "https" : "http")) == Request.getLocalPort(request);
        return here && (LOOPBACK_NAMES.contains(name) || isLocalAddress(name, request)) ? DIRECT : STRANGER;
    }

    private static boolean isLocalAddress(String name, Request request) {
        return request.getConnectionMetaData().getLocalSocketAddress() instanceof InetSocketAddress local
            && name.equals(Proxies.written(local.getAddress()));
    }

    private static boolean isPreview(String name, String suffix) {
        int dot = name.indexOf('.');
        return dot > 0 && name.substring(dot + 1).equals(suffix) && PREVIEW_LABEL.matcher(name.substring(0, dot)).matches()
            && Integer.parseInt(name.substring(1, name.indexOf('-'))) <= MOST_PORT;
    }
}
