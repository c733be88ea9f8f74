package dev.samovar.relay;

import dev.samovar.relay.bore.BoreConfig;
import dev.samovar.relay.net.AddressRange;
import dev.samovar.relay.net.AllowList;
import dev.samovar.relay.net.Target;
import dev.samovar.relay.wisp.RelayConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of {@link Main}: from the environment, from a file, from the command line, each going before the one
 * before it. A setting that may be given again adds to what was given.
 */
final class Flags {

    static final String HELP = """
        Serves Samovar, to this machine unless told otherwise.
          --port N               listen on port N (default 8420; 0 takes any free one)
          --bind ADDRESS         listen on ADDRESS (default: 127.0.0.1 and ::1, this machine alone; 0.0.0.0 is everywhere);
                                 may be given again
          --public-origin ORIGIN where browsers find the page, such as https://samovar.example.org
                                 (default http://samovar.localhost:PORT, and https:// with a certificate)
          --tls-certificate FILE speak TLS with the certificates in FILE, PEM, the server's first; given again with a
          --tls-key FILE         --tls-key each, for several names
          --trust-proxy ADDRESS  believe ADDRESS, or a range such as 10.0.0.0/8, who the client is; may be given again
          --proxy-header NAME    how proxies say it: x-forwarded (X-Forwarded-For and -Proto, default) or forwarded (RFC 7239)
          --connections N        HTTP connections of one client address (default 1024)
          --root DIR             serve the files of DIR; given again, the first that holds a file wins
          --allow-cors ORIGIN    let pages of ORIGIN, say https://example.org, read what is served; may be given again
          --project DIR          let the page open DIR: the address printed holds a token for that. Nothing in it is changed
          --watch                with --project: bring what changes there into the page
          --preview-suffix NAME  end the names of previews with NAME (default: the page's, samovar.localhost); another than
                                 that, such as previews.localhost, puts them into a site of their own
          --verbose              print a line for each request

        The relay, TCP for the page over a WebSocket at /relay:
          --relay-allow TARGET   let it connect to TARGET; may be given again; without, it connects to nothing.
                                 HOST:PORT, where HOST is a name, *.name, * (the public internet), an address or a range
                                 such as 10.0.0.0/8, and PORT a number, a range such as 8000-8010, or *
          --relay-token TOKEN    what clients other than the page say, as "Authorization: Bearer TOKEN" (default: none may)
          --relay-streams N      connections of one WebSocket (default 256)
          --relay-sockets N      WebSockets of one client address (default 64)
          --relay-rate N         bytes per second of one WebSocket, each direction (default 0, no limit)
          --relay-stream-seconds N   how long a connection may live (default 0, no limit)
          --drain-seconds N      how long connections may go on when the server stops (default 2)

        A bore server, public ports for clients behind walls:
          --bore-server          be one
          --bore-port N          its control port (default 7835, where clients look; 0 takes any free one)
          --bore-bind ADDRESS    where its ports listen (default 127.0.0.1, this machine alone; 0.0.0.0 is everywhere)
          --bore-secret SECRET   what clients must know (default: nothing)
          --bore-ports MIN-MAX   the ports it lends (default 1024-65535)
          --bore-tunnels N       tunnels of one client address (default 8)
          --bore-visitors N      visitors of one tunnel at once (default 128)
          --bore-rate N          bytes per second of one tunnel (default 0, no limit)

          --config FILE          read settings from FILE: a line each, as above without the dashes; # begins a comment.
                                 SIGHUP has it read again: targets, secrets, quotas, certificates, proxies change at once
          --print-config         print the settings as such a file, secrets left out, and end
          --help                 print this
        Every setting is also read from the environment: --relay-allow is SAMOVAR_RELAY_ALLOW, with commas between several.
        A secret is better there or in a file than on the command line, which other users of the machine can see.
        """;

    private static final String ENVIRONMENT = "SAMOVAR_";
    private static final List<String> SETTINGS = List.of("port", "bind", "public-origin", "tls-certificate",
        "tls-key", "trust-proxy", "proxy-header", "connections", "root", "allow-cors", "project", "watch", "verbose",
        "preview-suffix",
        "relay-allow", "relay-token", "relay-streams", "relay-sockets", "relay-rate", "relay-stream-seconds", "drain-seconds",
        "bore-server", "bore-port", "bore-bind", "bore-secret", "bore-ports", "bore-tunnels", "bore-visitors", "bore-rate");
    private static final List<String> SWITCHES = List.of("verbose", "watch", "bore-server");
    private static final List<String> LISTS = List.of("bind", "tls-certificate", "tls-key", "trust-proxy", "root",
        "allow-cors", "relay-allow");
    /** What {@link SamovarServer#configure} takes over; the rest is for a new start. */
    private static final List<String> CHANGEABLE = List.of("relay-", "drain-", "bore-secret", "bore-ports", "bore-tunnels",
        "bore-visitors", "bore-rate", "tls-", "trust-proxy");

    private int port = 8420;
    private final List<Path> roots = new ArrayList<>();
    private final List<String> origins = new ArrayList<>();
    private boolean verbose;
    private Path project;
    private boolean watch;
    private String previewSuffix;

    private final List<InetAddress> addresses = new ArrayList<>();
    private URI publicOrigin;
    private final List<Path> certificates = new ArrayList<>();
    private final List<Path> keys = new ArrayList<>();
    private final List<AddressRange> proxies = new ArrayList<>();
    private Front.ProxyHeader proxyHeader = Front.DEFAULT.proxyHeader();
    private int connections = Front.DEFAULT.connections();

    private final List<Target> targets = new ArrayList<>();
    private String token;
    private int streams = RelayConfig.DEFAULT.streams();
    private int sockets = RelayConfig.DEFAULT.sockets();
    private int relayRate;
    private int streamSeconds;
    private int drainSeconds = RelayConfig.DEFAULT.drainMillis() / 1000;

    private boolean bore;
    private int borePort = BoreConfig.CONTROL_PORT;
    private InetAddress bind = BoreConfig.DEFAULT.bind();
    private String secret;
    private int firstPort = BoreConfig.DEFAULT.firstPort();
    private int lastPort = BoreConfig.DEFAULT.lastPort();
    private int tunnels = BoreConfig.DEFAULT.tunnels();
    private int visitors = BoreConfig.DEFAULT.visitors();
    private int boreRate;

    private Flags() {
    }

    /** Reads a command line alone. */
    static ServerConfig parse(String... args) {
        return parse(Map.of(), args);
    }

    /**
     * Reads the environment, the file that the command line names, and the command line.
     *
     * @return what they ask for, or null when that is help
     * @throws IllegalArgumentException with a sentence that names the setting, what it takes, and a file's line
     */
    static ServerConfig parse(Map<String, String> environment, String... args) {
        Flags flags = new Flags();
        for (String setting : SETTINGS) {
            String variable = ENVIRONMENT + setting.replace('-', '_').toUpperCase(Locale.ROOT);
            String value = environment.get(variable);
            if (value != null) {
                for (String one : LISTS.contains(setting) ? value.split(",") : new String[] {value}) {
                    flags.set(setting, one.strip(), variable);
                }
            }
        }
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--config")) {
                flags.read(Path.of(value(args, ++i)));
            } else if (takesValue(args[i])) {
                i++;
            }
        }
        for (int i = 0; i < args.length; i++) {
            String flag = args[i];
            String setting = flag.startsWith("--") ? flag.substring(2) : "";
            if (flag.equals("--help")) {
                return null;
            } else if (flag.equals("--config")) {
                i++;
            } else if (SWITCHES.contains(setting)) {
                flags.set(setting, "true", flag);
            } else if (takesValue(flag)) {
                flags.set(setting, value(args, ++i), flag);
            } else if (!flag.equals("--print-config")) {
                throw new IllegalArgumentException("There is no flag " + flag + ".");
            }
        }
        return flags.config();
    }

    private ServerConfig config() {
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("There is nothing to serve: name a folder with --root DIR.");
        }
        if (watch && project == null) {
            throw new IllegalArgumentException("--watch needs a folder to watch: name it with --project DIR.");
        }
        if (certificates.size() != keys.size()) {
            throw new IllegalArgumentException("There are " + certificates.size() + " of --tls-certificate and " + keys.size()
                + " of --tls-key: each certificate needs its key.");
        }
        List<Front.Identity> identities = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            identities.add(new Front.Identity(certificates.get(i), keys.get(i)));
        }
        Front front = new Front(addresses, publicOrigin, identities, proxies, proxyHeader, connections,
            Front.DEFAULT.patienceSeconds());
        RelayConfig relay = new RelayConfig(new AllowList(targets), token, streams, sockets, relayRate, streamSeconds,
            RelayConfig.DEFAULT.connectMillis(), drainSeconds * 1000);
        // A tunnel's visitors come back as connections of its client, besides its control connection.
        BoreConfig server = !bore ? null : new BoreConfig(bind, borePort, secret, firstPort, lastPort, tunnels, visitors,
            tunnels * (visitors + 1) + 16, boreRate, BoreConfig.DEFAULT.claimMillis());
        return new ServerConfig(port, roots, origins, verbose,
            project == null ? null : new ServerConfig.Project(project, projectToken(), watch), relay, server, previewSuffix,
            front);
    }

    private void read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("--config takes a file of settings, and " + file + " cannot be read.");
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.split("[\\s=]+", 2);
            String where = file + ", line " + (i + 1) + ": " + words[0];
            if (!SETTINGS.contains(words[0])) {
                throw new IllegalArgumentException(where + " is no setting.");
            }
            if (words.length < 2 && !SWITCHES.contains(words[0])) {
                throw new IllegalArgumentException(where + " needs a value after it.");
            }
            set(words[0], words.length < 2 ? "true" : words[1], where);
        }
    }

    private void set(String setting, String value, String where) {
        switch (setting) {
            case "port" -> port = number(value, 0, 65535, where);
            case "bind" -> addresses.add(address(value, where));
            case "public-origin" -> publicOrigin = URI.create(origin(value, where).toLowerCase(Locale.ROOT));
            case "tls-certificate" -> certificates.add(Path.of(value));
            case "tls-key" -> keys.add(Path.of(value));
            case "trust-proxy" -> proxies.add(range(value, where));
            case "proxy-header" -> proxyHeader = proxyHeader(value, where);
            case "connections" -> connections = number(value, 1, 1_000_000, where);
            case "root" -> roots.add(folder(value, where));
            case "allow-cors" -> origins.add(origin(value, where));
            case "project" -> project = folder(value, where);
            case "watch" -> watch = truth(value, where);
            case "verbose" -> verbose = truth(value, where);
            case "preview-suffix" -> previewSuffix = hostName(value, where);
            case "relay-allow" -> targets.add(target(value, where));
            case "relay-token" -> token = secret(value, where);
            case "relay-streams" -> streams = number(value, 1, 65536, where);
            case "relay-sockets" -> sockets = number(value, 1, 65536, where);
            case "relay-rate" -> relayRate = number(value, 0, Integer.MAX_VALUE, where);
            case "relay-stream-seconds" -> streamSeconds = number(value, 0, Integer.MAX_VALUE, where);
            case "drain-seconds" -> drainSeconds = number(value, 0, 3600, where);
            case "bore-server" -> bore = truth(value, where);
            case "bore-port" -> borePort = number(value, 0, 65535, where);
            case "bore-bind" -> bind = address(value, where);
            case "bore-secret" -> secret = secret(value, where);
            case "bore-ports" -> ports(value, where);
            case "bore-tunnels" -> tunnels = number(value, 1, 65536, where);
            case "bore-visitors" -> visitors = number(value, 1, 16384, where);
            case "bore-rate" -> boreRate = number(value, 0, Integer.MAX_VALUE, where);
            default -> throw new AssertionError(setting);
        }
    }

    /** {@code config} as a file of settings; of a secret only that there is one. */
    static String print(ServerConfig config) {
        StringBuilder text = new StringBuilder();
        line(text, "port", config.port());
        Front front = config.front();
        front.bind().forEach(address -> line(text, "bind", address.getHostAddress()));
        if (front.publicOrigin() != null) {
            line(text, "public-origin", front.publicOrigin());
        }
        for (Front.Identity identity : front.identities()) {
            line(text, "tls-certificate", identity.certificate());
            line(text, "tls-key", identity.key());
        }
        front.proxies().forEach(proxy -> line(text, "trust-proxy", proxy));
        line(text, "proxy-header", front.proxyHeader());
        line(text, "connections", front.connections());
        config.roots().forEach(root -> line(text, "root", root));
        config.corsOrigins().forEach(origin -> line(text, "allow-cors", origin));
        if (config.project() != null) {
            line(text, "project", config.project().folder());
            line(text, "watch", config.project().watch());
        }
        line(text, "verbose", config.verbose());
        if (config.previewSuffix() != null) {
            line(text, "preview-suffix", config.previewSuffix());
        }
        RelayConfig relay = config.relay();
        relay.allow().targets().forEach(target -> line(text, "relay-allow", target));
        if (relay.token() != null) {
            text.append("# relay-token is set\n");
        }
        line(text, "relay-streams", relay.streams());
        line(text, "relay-sockets", relay.sockets());
        line(text, "relay-rate", relay.bytesPerSecond());
        line(text, "relay-stream-seconds", relay.streamSeconds());
        line(text, "drain-seconds", relay.drainMillis() / 1000);
        BoreConfig bore = config.bore();
        line(text, "bore-server", bore != null);
        if (bore != null) {
            line(text, "bore-port", bore.controlPort());
            line(text, "bore-bind", bore.bind().getHostAddress());
            if (bore.secret() != null) {
                text.append("# bore-secret is set\n");
            }
            line(text, "bore-ports", bore.firstPort() + "-" + bore.lastPort());
            line(text, "bore-tunnels", bore.tunnels());
            line(text, "bore-visitors", bore.visitors());
            line(text, "bore-rate", bore.bytesPerSecond());
        }
        return text.toString();
    }

    /** The settings that differ between two configurations and need a new start, in order. */
    static Set<String> fixed(ServerConfig before, ServerConfig after) {
        List<String> one = print(before).lines().toList();
        List<String> other = print(after).lines().toList();
        return Stream.concat(one.stream().filter(line -> !other.contains(line)), other.stream().filter(line -> !one.contains(line)))
            .map(line -> line.split(" ")[0])
            .filter(setting -> !setting.equals("#") && CHANGEABLE.stream().noneMatch(setting::startsWith)
                || setting.startsWith("tls-") && before.front().speaksTls() != after.front().speaksTls())
            .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void line(StringBuilder text, String setting, Object value) {
        text.append(setting).append(' ').append(value).append('\n');
    }

    // --- values ------------------------------------------------------------------------------------------------------

    private static boolean takesValue(String flag) {
        String setting = flag.startsWith("--") ? flag.substring(2) : "";
        return SETTINGS.contains(setting) && !SWITCHES.contains(setting);
    }

    private static String value(String[] args, int i) {
        if (i == args.length) {
            throw new IllegalArgumentException(args[i - 1] + " needs a value after it.");
        }
        return args[i];
    }

    private static int number(String text, int least, int most, String where) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The sentence below says it.
        }
        throw new IllegalArgumentException(
            where + " takes a number from " + least + " to " + most + ", not \"" + text + "\".");
    }

    private static boolean truth(String text, String where) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new IllegalArgumentException(where + " is true or false, not \"" + text + "\".");
    }

    private void ports(String text, String where) {
        String[] ends = text.split("-", 2);
        if (ends.length == 2) {
            firstPort = number(ends[0], 1, 65535, where);
            lastPort = number(ends[1], firstPort, 65535, where);
        } else {
            firstPort = number(text, 1, 65535, where);
            lastPort = firstPort;
        }
    }

    private static String hostName(String text, String where) {
        if (text.length() < 200 && text.matches("([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)*[a-z]([a-z0-9-]*[a-z0-9])?")) {
            return text;
        }
        throw new IllegalArgumentException(
            where + " takes a host name in small letters, such as previews.localhost, not \"" + text + "\".");
    }

    private static Path folder(String text, String where) {
        Path folder = Path.of(text);
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(where + " takes a folder, and \"" + text + "\" is none.");
        }
        return folder;
    }

    /** The launcher hands a token over where other users cannot see it, since it opens the page with it; or one is made. */
    private static String projectToken() {
        String given = System.getenv("SAMOVAR_PROJECT_TOKEN");
        if (given != null && given.matches("[0-9a-zA-Z]{32,}")) {
            return given;
        }
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static Target target(String text, String where) {
        try {
            return Target.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + " " + e.getMessage(), e);
        }
    }

    private static String secret(String text, String where) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(where + " is empty, which protects nothing: leave it out, or give one.");
        }
        return text;
    }

    private static AddressRange range(String text, String where) {
        AddressRange range = AddressRange.parse(text);
        if (range == null) {
            throw new IllegalArgumentException(where + " takes an address or a range such as 10.0.0.0/8, not \"" + text + "\".");
        }
        return range;
    }

    private static Front.ProxyHeader proxyHeader(String text, String where) {
        for (Front.ProxyHeader header : Front.ProxyHeader.values()) {
            if (header.toString().equals(text)) {
                return header;
            }
        }
        throw new IllegalArgumentException(where + " is x-forwarded or forwarded, not \"" + text + "\".");
    }

    private static InetAddress address(String text, String where) {
        try {
            if (!text.isEmpty()) {
                return InetAddress.getByName(text);
            }
        } catch (UnknownHostException e) {
            // The sentence below says it.
        }
        throw new IllegalArgumentException(where + " takes an address such as 0.0.0.0, not \"" + text + "\".");
    }

    /** An origin as a browser writes it in its Origin header: scheme, host and port, and nothing after them. */
    private static String origin(String text, String where) {
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
            where + " takes an origin such as https://example.org, without a path, not \"" + text + "\".");
    }
}
