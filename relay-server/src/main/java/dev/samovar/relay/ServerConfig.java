package dev.samovar.relay;

import java.nio.file.Path;
import java.util.List;

/**
 * What a server is to do.
 *
 * @param port        TCP port on the loopback addresses; 0 takes any free one
 * @param roots       folders whose files are served; the first that holds a file wins
 * @param corsOrigins origins whose pages may read what is served, each as in an Origin header; normally none
 * @param verbose     whether each request is printed to standard error
 * @param project     the folder that the page opens; null for none
 */
public record ServerConfig(int port, List<Path> roots, List<String> corsOrigins, boolean verbose, Project project) {

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

    /** Quietly serves {@code roots} on any free port: what tests and benchmarks want. */
    public static ServerConfig serving(Path... roots) {
        return new ServerConfig(0, List.of(roots), List.of(), false, null);
    }
}
