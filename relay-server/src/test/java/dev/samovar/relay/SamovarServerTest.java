package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, listening and closing. */
class SamovarServerTest {

    @TempDir
    Path root;

    @Test
    void answersOnTheFreePortItFound() throws Exception {
        try (SamovarServer server = SamovarServer.start(ServerConfig.serving(root))) {
            assertTrue(server.port() > 0);
            assertEquals("http://samovar.localhost:" + server.port() + "/", server.url());
            assertEquals(200, new RawHttp("127.0.0.1", server.port()).get("/health").status());
        }
    }

    @Test
    void answersOnIpv6Too() throws Exception {
        boolean ipv6 = NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null;
        try (SamovarServer server = SamovarServer.start(ServerConfig.serving(root))) {
            if (ipv6) {
                assertEquals(200, new RawHttp("::1", server.port()).get("/health").status());
            } else {
                assertEquals(200, new RawHttp("127.0.0.1", server.port()).get("/health").status());
            }
        }
    }

    @Test
    void listensOnLoopbackOnly() throws Exception {
        Optional<InetAddress> outside = NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .findFirst();
        try (SamovarServer server = SamovarServer.start(ServerConfig.serving(root))) {
            if (outside.isPresent()) {
                assertThrows(ConnectException.class, () -> new Socket(outside.get(), server.port()).close());
            }
        }
    }

    @Test
    void aTakenPortIsNamedWithTheFlagThatHelps() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            ServerConfig config = new ServerConfig(taken.getLocalPort(), List.of(root), List.of(), false, null);
            IOException e = assertThrows(IOException.class, () -> SamovarServer.start(config));
            assertTrue(e.getMessage().contains("Port " + taken.getLocalPort() + " is taken"), e.getMessage());
            assertTrue(e.getMessage().contains("--port"), e.getMessage());
        }
    }

    @Test
    void aMissingRootIsNamed() {
        Path none = root.resolve("none");
        IOException e = assertThrows(IOException.class, () -> SamovarServer.start(ServerConfig.serving(none)));
        assertTrue(e.getMessage().contains(none.toString()), e.getMessage());
    }

    @Test
    void twoServersOnOneMachine() throws Exception {
        try (SamovarServer one = SamovarServer.start(ServerConfig.serving(root));
             SamovarServer two = SamovarServer.start(ServerConfig.serving(root))) {
            assertEquals(200, new RawHttp("127.0.0.1", one.port()).get("/health").status());
            assertEquals(200, new RawHttp("127.0.0.1", two.port()).get("/health").status());
        }
    }

    @Test
    void closingGivesThePortBackAndMayBeRepeated() throws Exception {
        Files.writeString(root.resolve("index.html"), "page");
        SamovarServer server = SamovarServer.start(ServerConfig.serving(root));
        server.close();
        assertDoesNotThrow(server::close);
        try (SamovarServer again = SamovarServer.start(new ServerConfig(server.port(), List.of(root), List.of(), false, null))) {
            assertEquals("page", new RawHttp("127.0.0.1", again.port()).get("/").body());
        }
    }
}
