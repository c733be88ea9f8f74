package dev.samovar.relay;

import dev.samovar.relay.bore.BoreConfig;
import dev.samovar.relay.wisp.RelayConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * What a server is to do.
 *
 * @param port        TCP port on the addresses of {@code front}; 0 takes any free one
 * @param roots       folders whose files are served; the first that holds a file wins
 * @param corsOrigins origins whose pages may read what is served, each as in an Origin header; normally none
 * @param verbose     whether each request is printed to standard error
 * @param project     the folder that the page opens; null for none
 * @param relay       what the relay allows
 * @param bore        the bore server to run; null for none
 * @param previewSuffix what the names of previews end with, a host name; below the page's own they are of its site, and
 *                    elsewhere, say at {@code previews.localhost}, of another; null for the page's own
 * @param front       where clients meet it
 */
public record ServerConfig(int port, List<Path> roots, List<String> corsOrigins, boolean verbose, Project project,
    RelayConfig relay, BoreConfig bore, String previewSuffix, Front front) {

    /**
     * The folder that was named on the command line.
     *
     * @param folder an existing folder
     * @param token  what a page has to know to read it
     * @param watch  whether the page is told of changes
     */
    public record Project(Path folder, String token, boolean watch) {
    }

    public ServerConfig {
        roots = List.copyOf(roots);
        corsOrigins = List.copyOf(corsOrigins);
    }

    /** For this machine alone. */
    public ServerConfig(int port, List<Path> roots, List<String> corsOrigins, boolean verbose, Project project,
        RelayConfig relay, BoreConfig bore, String previewSuffix) {
        this(port, roots, corsOrigins, verbose, project, relay, bore, previewSuffix, Front.DEFAULT);
    }

    /** With previews below the page's own name. */
    public ServerConfig(int port, List<Path> roots, List<String> corsOrigins, boolean verbose, Project project,
        RelayConfig relay, BoreConfig bore) {
        this(port, roots, corsOrigins, verbose, project, relay, bore, null);
    }

    /** Serves files; the relay allows nothing, and there is no bore server. */
    public ServerConfig(int port, List<Path> roots, List<String> corsOrigins, boolean verbose, Project project) {
        this(port, roots, corsOrigins, verbose, project, RelayConfig.DEFAULT, null);
    }

    /** Quietly serves {@code roots} on any free port: what tests and benchmarks want. */
    public static ServerConfig serving(Path... roots) {
        return new ServerConfig(0, List.of(roots), List.of(), false, null);
    }
}
