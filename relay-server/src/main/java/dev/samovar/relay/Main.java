package dev.samovar.relay;

import java.io.IOException;

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
            config = Flags.parse(args);
        } catch (IllegalArgumentException e) {
            fail(2, e.getMessage() + " (--help lists the flags.)");
        }
        if (config == null) {
            System.out.print(Flags.HELP);
            return;
        }
        try (SamovarServer server = SamovarServer.start(config)) {
            System.out.println("Samovar is at " + server.openingUrl());
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
