package dev.samovar.relay;

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

    private SamovarServer(Server server, int port, ServerConfig.Project project) {
        this.server = server;
        this.port = port;
        this.project = project;
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
        server.setHandler(handlers(config));
        if (config.verbose()) {
            server.setRequestLog((request, response) -> System.err.println(
                request.getMethod() + " " + Request.getServerName(request) + request.getHttpURI().getPathQuery()
                    + " " + response.getStatus()));
        }
        int port = Loopback.listen(server, config.port());
        SamovarServer started = new SamovarServer(server, port, config.project());
        try {
            server.start();
        } catch (Exception e) {
            started.close();
            throw new IOException("The server did not start: " + e.getMessage(), e);
        }
        return started;
    }

    private static Handler handlers(ServerConfig config) throws IOException {
        List<Handler> parts = new ArrayList<>(List.of(new Health(), new ToPageHost()));
        if (config.project() != null) {
            parts.add(new ProjectApi(config.project()));
        }
        parts.add(StaticFiles.of(config.roots(), config.corsOrigins().isEmpty()));
        Handler answers = new ReadOnly(new Handler.Sequence(parts));
        return new SecurityHeaders(new HostCheck(withCors(config.corsOrigins(), answers)));
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

    /** Stops listening and drops what is still being answered. Closing twice is harmless. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The server did not stop: " + e.getMessage(), e);
        }
    }
}
