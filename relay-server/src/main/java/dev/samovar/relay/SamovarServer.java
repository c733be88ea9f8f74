package dev.samovar.relay;

import dev.samovar.relay.bore.BoreServer;
import dev.samovar.relay.net.Log;
import dev.samovar.relay.net.Metrics;
import dev.samovar.relay.net.Network;
import dev.samovar.relay.wisp.Relay;
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
    private final ServerConfig.Project project;
    private final Network network;
    private final Relay relay;
    private final BoreServer bore;

    private SamovarServer(Server server, int port, ServerConfig.Project project, Network network, Relay relay,
        BoreServer bore) {
        this.server = server;
        this.port = port;
        this.project = project;
        this.network = network;
        this.relay = relay;
        this.bore = bore;
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
        Hosts.previewsEndWith(server, config.previewSuffix());
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
            Relay relay = new Relay(bore == null ? config.relay() : config.relay().allowing("localhost:" + bore.port()),
                network, metrics, log);
            server.setHandler(handlers(config, relay, metrics));
            int port = Loopback.listen(server, config.port());
            SamovarServer started = new SamovarServer(server, port, config.project(), network, relay, bore);
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
            new RelayEndpoint(relay, request -> Hosts.pageOrigin(Request.getLocalPort(request))),
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
        return Hosts.pageOrigin(port) + "/";
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
