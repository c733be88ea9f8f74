package dev.samovar.relay;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The command line of {@link Main}. */
final class Flags {

    static final String HELP = """
        Serves Samovar to this machine.
          --port N             listen on port N (default 8420; 0 takes any free one)
          --root DIR           serve the files of DIR; given again, the first that holds a file wins
          --allow-cors ORIGIN  let pages of ORIGIN, say https://example.org, read what is served; may be given again
          --project DIR        let the page open DIR: the address printed holds a token for that. Nothing in it is changed
          --watch              with --project: bring what changes there into the page
          --verbose            print a line for each request
          --help               print this
        """;

    private static final int DEFAULT_PORT = 8420;

    private Flags() {
    }

    /**
     * Reads a command line.
     *
     * @return what it asks for, or null when that is help
     * @throws IllegalArgumentException with a sentence that names the flag and what it takes
     */
    static ServerConfig parse(String... args) {
        int port = DEFAULT_PORT;
        List<Path> roots = new ArrayList<>();
        List<String> origins = new ArrayList<>();
        boolean verbose = false;
        Path project = null;
        boolean watch = false;
        for (int i = 0; i < args.length; i++) {
            String flag = args[i];
            switch (flag) {
                case "--help" -> {
                    return null;
                }
                case "--verbose" -> verbose = true;
                case "--project" -> project = folder("--project", value(args, ++i));
                case "--watch" -> watch = true;
                case "--port" -> port = port(value(args, ++i));
                case "--root" -> roots.add(folder("--root", value(args, ++i)));
                case "--allow-cors" -> origins.add(origin(value(args, ++i)));
                default -> throw new IllegalArgumentException("There is no flag " + flag + ".");
            }
        }
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("There is nothing to serve: name a folder with --root DIR.");
        }
        if (watch && project == null) {
            throw new IllegalArgumentException("--watch needs a folder to watch: name it with --project DIR.");
        }
        return new ServerConfig(port, roots, origins, verbose,
            project == null ? null : new ServerConfig.Project(project, token(), watch));
    }

    private static String value(String[] args, int i) {
        if (i == args.length) {
            throw new IllegalArgumentException(args[i - 1] + " needs a value after it.");
        }
        return args[i];
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // The sentence below says it.
        }
        throw new IllegalArgumentException("--port takes a number from 0 to 65535, not \"" + text + "\".");
    }

    private static Path folder(String flag, String text) {
        Path folder = Path.of(text);
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(flag + " takes a folder, and \"" + text + "\" is none.");
        }
        return folder;
    }

    /** The launcher hands a token over where other users cannot see it, since it opens the page with it; or one is made. */
    private static String token() {
        String given = System.getenv("SAMOVAR_PROJECT_TOKEN");
        if (given != null && given.matches("[0-9a-zA-Z]{32,}")) {
            return given;
        }
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** An origin as a browser writes it in its Origin header: scheme, host and port, and nothing after them. */
    private static String origin(String text) {
        try {
            URI uri = URI.create(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && text.equals(uri.getScheme() + "://" + uri.getAuthority())) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            // The sentence below says it.
        }
        throw new IllegalArgumentException(
            "--allow-cors takes an origin such as https://example.org, without a path, not \"" + text + "\".");
    }
}
