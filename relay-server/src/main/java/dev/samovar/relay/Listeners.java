package dev.samovar.relay;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;

/**
 * Listens on the addresses that were asked for, all on the same port; if none were, on this machine's own, 127.0.0.1 and,
 * where there is one, ::1: a browser may try either first for a name under {@code localhost}, and must not meet another
 * program there.
 */
final class Listeners {

    /** With port 0, how often a port that was free on one address may turn out to be taken on another. */
    private static final int TRIES = 10;

    /**
     * Bytes. Not Jetty's 8 KiB: a preview can set cookies for the page's domain, up to 180 of 4 KiB each, and the page has
     * to load all the same.
     */
    private static final int MOST_HEADER = 1 << 20;

    private final Server server;
    private final Proxies proxies;
    private final Patience patience;
    private final Tls tls;

    /** @param tls null for plain HTTP */
    Listeners(Server server, Proxies proxies, Patience patience, Tls tls) {
        this.server = server;
        this.proxies = proxies;
        this.patience = patience;
        this.tls = tls;
    }

    /**
     * Opens the server's connectors.
     *
     * @param bind none for this machine's own addresses
     * @param port TCP port; 0 takes any free one
     * @return the port
     * @throws IOException with a sentence for the person, when the port cannot be had
     */
    int listen(List<InetAddress> bind, int port) throws IOException {
        List<InetAddress> addresses = bind.isEmpty() ? own() : bind;
        for (int left = TRIES; ; left--) {
            try {
                return open(addresses, port);
            } catch (IOException e) {
                if (port != 0 || left == 0) {
                    throw sentence(port, e);
                }
            }
        }
    }

    private int open(List<InetAddress> addresses, int port) throws IOException {
        List<ServerConnector> opened = new ArrayList<>();
        int found = port;
        for (InetAddress address : addresses) {
            ServerConnector connector = connector(address, found);
            opened.add(connector);
            try {
                connector.open();
            } catch (IOException e) {
                opened.forEach(ServerConnector::close);
                throw e;
            }
            found = connector.getLocalPort();
        }
        opened.forEach(server::addConnector);
        return found;
    }

    private ServerConnector connector(InetAddress address, int port) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setUriCompliance(UriCompliance.RFC3986);
        http.setRequestHeaderSize(MOST_HEADER);
        if (tls != null) {
            // Which names are ours is HostCheck's to say, and probes that come by address name none.
            http.addCustomizer(new SecureRequestCustomizer(false));
        }
        http.addCustomizer(proxies);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector = tls == null ? new RelayConnector(server, plain)
            : new RelayConnector(server, new SslConnectionFactory(tls.factory(), plain.getProtocol()), plain);
        connector.addBean(patience);
        connector.setHost(address.getHostAddress());
        connector.setPort(port);
        return connector;
    }

    private static List<InetAddress> own() throws IOException {
        InetAddress six = InetAddress.getByName("::1");
        InetAddress four = InetAddress.getByName("127.0.0.1");
        return NetworkInterface.getByInetAddress(six) == null ? List.of(four) : List.of(four, six);
    }

    private static IOException sentence(int port, IOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String said = String.valueOf(cause.getMessage());
        String text = cause instanceof BindException && said.contains("in use")
            ? "Port " + port + " is taken by another program: stop that one, or choose another port with --port N."
            : cause instanceof BindException && said.contains("assign")
            ? "This machine has no such address to listen on: --bind takes one of its own, or 0.0.0.0 for all."
            : "Port " + port + " cannot be had (" + said + "): choose another with --port N.";
        return new IOException(text, e);
    }
}
