package dev.samovar.relay;

import dev.samovar.relay.net.AddressRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Believes the proxies that were named, and nobody else, about who the client is and whether it speaks TLS. The list of
 * addresses in the header is read from its end: each proxy adds whom it talked to, and what stands before the first one
 * that is no proxy of ours a client may have made up.
 */
final class Proxies implements HttpConfiguration.Customizer {

    /** Whom a proxy does not name: not itself, who may be on this machine and trusted for that. */
    private static final InetAddress NOBODY = new InetSocketAddress(0).getAddress();

    private volatile List<AddressRange> trusted;
    private final Front.ProxyHeader header;

    Proxies(List<AddressRange> trusted, Front.ProxyHeader header) {
        this.trusted = trusted;
        this.header = header;
    }

    void trust(List<AddressRange> proxies) {
        trusted = proxies;
    }

    /** Whether it is a proxy's connection. */
    boolean isProxy(SocketAddress remote) {
        return remote instanceof InetSocketAddress internet && isProxy(internet.getAddress());
    }

    private boolean isProxy(InetAddress address) {
        for (AddressRange proxy : trusted) {
            if (proxy.contains(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        if (!isProxy(remote)) {
            return request;
        }
        List<String> clients = new ArrayList<>();
        List<String> schemes = new ArrayList<>();
        if (header == Front.ProxyHeader.FORWARDED) {
            for (String element : request.getHeaders().getCSV("Forwarded", true)) {
                clients.add(parameter(element, "for"));
                schemes.add(parameter(element, "proto"));
            }
        } else {
            // Quotes mean nothing here: in them a client could hide what the proxy adds.
            clients.addAll(list(request, "X-Forwarded-For"));
            schemes.addAll(list(request, "X-Forwarded-Proto"));
        }
        InetAddress client = ((InetSocketAddress) remote).getAddress();
        for (int i = clients.size() - 1; i >= 0 && isProxy(client); i--) {
            client = AddressRange.address(withoutPort(clients.get(i)));
            if (client == null) {
                client = NOBODY; // "unknown", or an alias, or nonsense
            }
        }
        String scheme = schemes.isEmpty() ? "" : schemes.get(schemes.size() - 1).toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https") || !scheme.equals("http") && request.isSecure();
        return new Seen(request, new InetSocketAddress(client, 0), secure);
    }

    private static List<String> list(Request request, String header) {
        String all = String.join(",", request.getHeaders().getValuesList(header));
        return Arrays.stream(all.split(",")).map(String::strip).filter(one -> !one.isEmpty()).toList();
    }

    /** A parameter of an element of Forwarded, such as {@code for="[2001:db8::1]:4711";proto=https}; empty if it has none. */
    private static String parameter(String element, String name) {
        for (String pair : element.split(";")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase(name)) {
                return pair.substring(equals + 1).strip().replace("\"", "");
            }
        }
        return "";
    }

    /** The host of {@code 192.0.2.1:80}, {@code [::1]:80} or of either without a port; a bare IPv6 address as it is. */
    private static String withoutPort(String node) {
        int colon = node.lastIndexOf(':');
        boolean hasPort = colon > 0 && (node.indexOf(':') == colon || node.charAt(colon - 1) == ']');
        return hasPort ? node.substring(0, colon) : node;
    }

    /** An address as in a URL. */
    static String written(InetAddress address) {
        String text = address.getHostAddress();
        return text.indexOf(':') < 0 ? text : "[" + text + "]";
    }

    /** The request as its client sent it. */
    private static final class Seen extends Request.Wrapper {

        private final ConnectionMetaData connection;
        private final HttpURI uri;
        private final boolean secure;

        private Seen(Request request, InetSocketAddress client, boolean secure) {
            super(request);
            this.secure = secure;
            uri = HttpURI.build(request.getHttpURI()).scheme(secure ? "https" : "http").asImmutable();
            connection = new ConnectionMetaData.Wrapper(request.getConnectionMetaData()) {
                @Override
                public SocketAddress getRemoteSocketAddress() {
                    return client;
                }

                @Override
                public boolean isSecure() {
                    return secure;
                }
            };
        }

        @Override
        public ConnectionMetaData getConnectionMetaData() {
            return connection;
        }

        @Override
        public HttpURI getHttpURI() {
            return uri;
        }

        @Override
        public boolean isSecure() {
            return secure;
        }
    }
}
