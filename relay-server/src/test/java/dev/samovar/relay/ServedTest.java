package dev.samovar.relay;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server over two folders, {@code first} and {@code second}, with a file {@code secret} beside them. */
abstract class ServedTest {

    @TempDir
    Path parent;
    Path first;
    Path second;
    SamovarServer server;
    RawHttp http;

    @BeforeEach
    void serve() throws Exception {
        first = Files.createDirectory(parent.resolve("first"));
        second = Files.createDirectory(parent.resolve("second"));
        Files.writeString(parent.resolve("secret"), "SECRET");
        Files.writeString(first.resolve("index.html"), "page");
        server = SamovarServer.start(new ServerConfig(0, List.of(first, second), corsOrigins(), false, project()));
        http = new RawHttp("127.0.0.1", server.port());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    List<String> corsOrigins() {
        return List.of();
    }

    ServerConfig.Project project() throws Exception {
        return null;
    }

    /** {@code name} with this server's port, as in a Host header. */
    String host(String name) {
        return name + ":" + server.port();
    }
}
