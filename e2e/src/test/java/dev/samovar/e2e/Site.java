package dev.samovar.e2e;

import dev.samovar.relay.SamovarServer;
import dev.samovar.relay.ServerConfig;
import dev.samovar.relay.wisp.RelayConfig;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The built page, SDK and kernel, served as {@code ./samovar} serves them, with the tests' own blank page beside. */
final class Site implements AutoCloseable {

    private SamovarServer server;

    /** {@code ./samovar test} makes a runtime while other tests run. */
    static {
        String making = System.getenv("SAMOVAR_MAKING");
        if (making != null) {
            ProcessHandle.of(Long.parseLong(making)).ifPresent(process ->
                process.onExit().orTimeout(15, TimeUnit.MINUTES).join());
        }
    }

    private Site(SamovarServer server) {
        this.server = server;
    }

    /** Starts a server. Files in {@code overlays} stand for those of the same name in the build. */
    static Site serve(Path... overlays) throws IOException {
        List<Path> roots = new ArrayList<>(List.of(overlays));
        roots.addAll(roots());
        return new Site(SamovarServer.start(ServerConfig.serving(roots.toArray(Path[]::new))));
    }

    /** Starts a server that has been given a project on its command line. */
    static Site serve(ServerConfig.Project project) throws IOException {
        return new Site(SamovarServer.start(new ServerConfig(0, roots(), List.of(), false, project)));
    }

    /** Starts a server whose relay connects to these targets. */
    static Site relaying(String... targets) throws IOException {
        RelayConfig relay = RelayConfig.DEFAULT;
        for (String target : targets) {
            relay = relay.allowing(target);
        }
        return new Site(SamovarServer.start(relaying(0, relay)));
    }

    /** Starts a server whose previews' names end so. */
    static Site previewing(String suffix) throws IOException {
        return new Site(SamovarServer.start(new ServerConfig(0, roots(), List.of(), false, null, RelayConfig.DEFAULT, null, suffix)));
    }

    private static ServerConfig relaying(int port, RelayConfig relay) {
        return new ServerConfig(port, roots(), List.of(), false, null, relay, null);
    }

    /** Starts the server of {@link #relaying} anew where it was, after it was closed. */
    void comeBack(String target) throws IOException {
        server = SamovarServer.start(relaying(server.port(), RelayConfig.DEFAULT.allowing(target)));
    }

    /** The address that the server prints when it starts. */
    String openingUrl() {
        return server.openingUrl();
    }

    /** The folders of which the site consists: what the build makes, and the tests' own. */
    static List<Path> roots() {
        return List.of(Checkout.path("static/target/site"), Checkout.path("service-worker/target/site"), Checkout.path("kernel-web/target/site"),
            Checkout.path("runtimes/target/site"), Checkout.path(".samovar/site"), own());
    }

    private static Path own() {
        try {
            return Path.of(Site.class.getResource("/site").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The address of a path without a slash at its beginning. */
    String url(String path) {
        return server.url() + path;
    }

    @Override
    public void close() {
        server.close();
    }
}
