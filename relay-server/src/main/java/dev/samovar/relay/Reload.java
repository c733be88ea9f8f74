package dev.samovar.relay;

import dev.samovar.relay.net.Log;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import sun.misc.Signal;

/**
 * SIGHUP: reads the settings again and has the server take over what can change while it runs. Without a file of settings
 * the signal ends the program, as it does when the terminal it was started from is closed.
 */
final class Reload {

    private final SamovarServer server;
    private final ServerConfig started;
    private final String[] args;
    private final Log log = new Log(System.err);

    private Reload(SamovarServer server, ServerConfig started, String[] args) {
        this.server = server;
        this.started = started;
        this.args = args;
    }

    /** From now on. */
    static void onHangUp(SamovarServer server, ServerConfig started, String... args) {
        if (!List.of(args).contains("--config")) {
            return;
        }
        Reload reload = new Reload(server, started, args);
        try {
            Signal.handle(new Signal("HUP"), signal -> reload.run());
        } catch (IllegalArgumentException e) {
            // A system without that signal.
        }
    }

    private synchronized void run() {
        try {
            ServerConfig config = Flags.parse(System.getenv(), args);
            server.configure(config);
            Set<String> fixed = Flags.fixed(started, config);
            log.say("reloaded");
            if (!fixed.isEmpty()) {
                log.say("reload-needs-restart", "settings", String.join(" ", fixed));
            }
        } catch (IllegalArgumentException | IOException e) {
            log.say("reload-failed", "reason", e.getMessage(), "settings", "as before");
        }
    }
}
