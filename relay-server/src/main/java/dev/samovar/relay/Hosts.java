package dev.samovar.relay;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

/**
 * The names under which a browser reaches this server. They differ in what a page loaded from them may do, so a
 * request is told apart by its Host header before anything else is read.
 */
enum Hosts {
    /** The operating system's page. */
    PAGE,
    /** This machine by its usual names; people type them. */
    LOOPBACK,
    /** {@code p<port>-<os id>.<suffix>}: the origin of what a process serves on a port. */
    PREVIEW,
    /** Anything else: a name that somebody made point to this machine. */
    STRANGER;

    private static final String PAGE_NAME = "samovar.localhost";
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern PREVIEW_LABEL = Pattern.compile("p[1-9][0-9]{0,4}-[a-z0-9]{1,40}");
    private static final int MOST_PORT = 65_535;
    /** The attribute of the server that holds what previews' names end with. */
    private static final String SUFFIX = Hosts.class.getName() + ".suffix";

    /** What previews' names end with, if nothing else is said: the page's own name, so that they are of its site. */
    static final String DEFAULT_SUFFIX = PAGE_NAME;

    /** Says under which names this server's previews are. */
    static void previewsEndWith(Server server, String suffix) {
        server.setAttribute(SUFFIX, suffix);
    }

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
        return isPreview(name, suffix(request)) ? PREVIEW : STRANGER;
    }

    private static boolean isPreview(String name, String suffix) {
        int dot = name.indexOf('.');
        return dot > 0 && name.substring(dot + 1).equals(suffix) && PREVIEW_LABEL.matcher(name.substring(0, dot)).matches()
            && Integer.parseInt(name.substring(1, name.indexOf('-'))) <= MOST_PORT;
    }

    /** What the names of previews end with, without the port. */
    static String suffix(Request request) {
        return (String) request.getConnectionMetaData().getConnector().getServer().getAttribute(SUFFIX);
    }

    /** The page's origin, as in an Origin header. */
    static String pageOrigin(int port) {
        return "http://" + PAGE_NAME + ":" + port;
    }

    /** Every preview's origin, as a source expression of a content security policy. */
    static String previewOrigins(Request request) {
        return "http://*." + suffix(request) + ":" + Request.getLocalPort(request);
    }
}
