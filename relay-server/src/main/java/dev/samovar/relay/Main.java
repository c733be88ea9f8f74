package dev.samovar.relay;

import java.io.IOException;
import java.util.List;

/** The server as a program: flags in, a running server or a sentence out. */
public final class Main {

    private Main() {
    }

    /**
     * Serves until the process is stopped. Exits with 2 when the flags make no sense and with 1 when the server cannot
     * listen, after a sentence on standard error.
     *
     * @param args see {@link Flags#HELP}
     */
    public static void main(String[] args) throws InterruptedException {
        ServerConfig config = null;
        try {
            config = Flags.parse(System.getenv(), args);
        } catch (IllegalArgumentException e) {
            fail(2, e.getMessage() + " (--help lists the flags.)");
        }
        if (config == null) {
            System.out.print(Flags.HELP);
            return;
        }
        if (List.of(args).contains("--print-config")) {
            System.out.print(Flags.print(config));
            return;
        }
        try (SamovarServer server = SamovarServer.start(config)) {
            Reload.onHangUp(server, config, args);
            System.out.println("Samovar is at " + server.openingUrl());
            if (server.borePort() >= 0) {
                System.out.println("bore clients find their server at " + config.bore().bind().getHostAddress() + ":"
                    + server.borePort());
            }
            // Asked to stop (SIGTERM, ^C), it lets what is under way end.
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            server.join();
        } catch (IOException e) {
            fail(1, e.getMessage());
        }
    }

    private static void fail(int status, String sentence) {
        System.err.println(sentence);
        System.exit(status);
    }
}
