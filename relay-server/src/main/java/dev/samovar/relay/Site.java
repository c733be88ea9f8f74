package dev.samovar.relay;

import java.net.URI;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

/**
 * The names under which browsers find the page and its previews, as they write them.
 *
 * @param scheme http or https
 * @param name   the page's host name, in small letters
 * @param port   the page's and the previews' port
 * @param suffix what the names of previews end with
 */
record Site(String scheme, String name, int port, String suffix) {

    /** Where the page is if nothing else is said; without more said, previews are below it, and so of its site. */
    static final String PAGE_NAME = "samovar.localhost";

    private static final String ATTRIBUTE = Site.class.getName();

    /**
     * The site of a server.
     *
     * @param listening the port that it listens on
     * @param suffix    what the names of previews are to end with; null for the page's own
     */
    static Site of(Front front, int listening, String suffix) {
        URI origin = front.publicOrigin() != null ? front.publicOrigin()
            : URI.create((front.speaksTls() ? "https://" : "http://") + PAGE_NAME + ":" + listening);
        int port = origin.getPort() >= 0 ? origin.getPort() : defaultPort(origin.getScheme());
        return new Site(origin.getScheme(), origin.getHost(), port, suffix == null ? origin.getHost() : suffix);
    }

    /** The site of the server that a request came to. */
    static Site of(Request request) {
        return (Site) request.getConnectionMetaData().getConnector().getServer().getAttribute(ATTRIBUTE);
    }

    /** Makes this the server's site. */
    void of(Server server) {
        server.setAttribute(ATTRIBUTE, this);
    }

    /** The port of a URL that names none. */
    static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    /** The page's origin, as in an Origin header. */
    String origin() {
        return scheme + "://" + name + shownPort();
    }

    /** Every preview's origin, as a source expression of a content security policy. */
    String previewOrigins() {
        return scheme + "://*." + previewHost();
    }

    /** What comes after the first label of a preview's host, the port included unless it goes without saying. */
    String previewHost() {
        return suffix + shownPort();
    }

    private String shownPort() {
        return port == defaultPort(scheme) ? "" : ":" + port;
    }
}
