package dev.samovar.relay;

import dev.samovar.relay.bore.BoreServer;
import dev.samovar.relay.net.Log;
import dev.samovar.relay.net.Metrics;
import dev.samovar.relay.net.Network;
import dev.samovar.relay.wisp.Relay;
import dev.samovar.relay.wisp.RelayConfig;
import dev.samovar.relay.wisp.RelayEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A running server. */
public final class SamovarServer implements AutoCloseable {

    private final Server server;
    private final int port;
    private final Site site;
    private final ServerConfig.Project project;
    private final Network network;
    private final Relay relay;
    private final BoreServer bore;
    private final Proxies proxies;
    private final Tls tls;

    private SamovarServer(Server server, int port, Site site, ServerConfig.Project project, Network network, Relay relay,
        BoreServer bore, Proxies proxies, Tls tls) {
        this.server = server;
        this.port = port;
        this.site = site;
        this.project = project;
        this.network = network;
        this.relay = relay;
        this.bore = bore;
        this.proxies = proxies;
        this.tls = tls;
    }

    /**
     * Starts a server; it answers when this returns.
     *
     * @throws IOException with a sentence for the person, when the port or a folder cannot be had
     */
    public static SamovarServer start(ServerConfig config) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("samovar");
        Server server = new Server(threads);
        server.setErrorHandler(new Errors());
        Front front = config.front();
        Tls tls = front.speaksTls() ? Tls.of(front.identities()) : null;
        Proxies proxies = new Proxies(front.proxies(), front.proxyHeader());
        Network network = new Network();
        Metrics metrics = new Metrics();
        Log log = new Log(System.err);
        if (config.verbose()) {
            server.setRequestLog((request, response) -> System.err.println(
                request.getMethod() + " " + Request.getServerName(request) + request.getHttpURI().getPathQuery()
                    + " " + response.getStatus()));
        }
        BoreServer bore = null;
        try {
            bore = config.bore() == null ? null : BoreServer.start(config.bore(), network, metrics, log);
            // A page may publish its ports by the bore server that this is itself.
            Relay relay = new Relay(withBore(config.relay(), bore), network, metrics, log);
            Patience patience = new Patience(config.front().patienceSeconds(), front.connections(), proxies, metrics.connections);
            network.every(1000, patience::sweep);
            server.setHandler(patience.new Stop(handlers(config, relay, metrics)));
            int port = new Listeners(server, proxies, patience, tls).listen(front.bind(), config.port());
            Site site = Site.of(front, port, config.previewSuffix());
            site.of(server);
            SamovarServer started = new SamovarServer(server, port, site, config.project(), network, relay, bore, proxies, tls);
            server.start();
            return started;
        } catch (Exception e) {
            if (bore != null) {
                bore.close();
            }
            network.close();
            stop(server);
            throw e instanceof IOException io ? io : new IOException("The server did not start: " + e.getMessage(), e);
        }
    }

    private static RelayConfig withBore(RelayConfig relay, BoreServer bore) {
        return bore == null ? relay : relay.allowing("localhost:" + bore.port());
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            // What did not start need not stop well.
        }
    }

    private static Handler handlers(ServerConfig config, Relay relay, Metrics metrics) throws IOException {
        List<Handler> parts = new ArrayList<>(List.of(
            new Health(relay, metrics),
            new RelayEndpoint(relay, request -> Site.of(request).origin()),
            new ToPageHost(),
            new Settings()));
        if (config.project() != null) {
            parts.add(new ProjectApi(config.project()));
        }
        parts.add(StaticFiles.of(config.roots(), config.corsOrigins().isEmpty()));
        Handler answers = new ReadOnly(new Handler.Sequence(parts));
        return new SecurityHeaders(new HostCheck(withCors(config.corsOrigins(), answers), new PreviewFiles(config.roots())));
    }

    private static Handler withCors(List<String> origins, Handler handler) {
        if (origins.isEmpty()) {
            return handler;
        }
        CrossOriginHandler cors = new CrossOriginHandler();
        cors.setAllowedOriginPatterns(origins.stream().map(Pattern::quote).collect(Collectors.toSet()));
        cors.setAllowedMethods(Set.of("GET", "HEAD"));
        cors.setHandler(handler);
        return cors;
    }

    /**
     * Takes over from {@code config} what can change while it runs: the relay's targets, token and quotas, the bore server's
     * secret, ports and quotas, certificates, and the proxies that are believed. What is open goes on as it began.
     *
     * @throws IOException with a sentence, when a certificate cannot be had; then nothing has changed
     */
    public void configure(ServerConfig config) throws IOException {
        if (tls != null && config.front().speaksTls()) {
            tls.use(Tls.read(config.front().identities()));
        }
        relay.configure(withBore(config.relay(), bore));
        if (bore != null && config.bore() != null) {
            bore.configure(config.bore());
        }
        proxies.trust(config.front().proxies());
    }

    /** The TCP port it listens on. */
    public int port() {
        return port;
    }

    /** The bore server's control port, or -1 if there is none. */
    public int borePort() {
        return bore == null ? -1 : bore.port();
    }

    /** The page's address, with a slash at its end. */
    public String url() {
        return site.origin() + "/";
    }

    /** The address that opens the project; the page's where there is none. A fragment is never sent to a server. */
    public String openingUrl() {
        return project == null ? url() : url() + "#project=" + project.token();
    }

    /** Waits until the server is closed. */
    public void join() throws InterruptedException {
        server.join();
    }

    /**
     * Takes no new work, lets the relay's streams end for a moment, then drops what is left. Closing twice is harmless.
     */
    @Override
    public void close() {
        relay.close();
        if (bore != null) {
            bore.close();
        }
        try {
            server.stop();
            network.close();
        } catch (Exception e) {
            throw new IllegalStateException("The server did not stop: " + e.getMessage(), e);
        }
    }
}
