package dev.samovar.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Says one request to a server byte for byte: an HTTP client would mend the Host headers and paths under test. */
class RawHttp {

    private static final int TIMEOUT_MS = 10_000;

    /** What came back; header names in lower case. */
    record Answer(int status, Map<String, String> headers, String body) {

        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    private final String address;
    private final int port;

    RawHttp(String address, int port) {
        this.address = address;
        this.port = port;
    }

    /** GET of the page's host. */
    Answer get(String target, String... headers) throws IOException {
        return ask("GET", target, "samovar.localhost:" + port, headers);
    }

    /** One HTTP/1.1 request with the given Host. */
    Answer ask(String method, String target, String host, String... headers) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return send(request.append("Connection: close\r\n\r\n").toString());
    }

    /** Any bytes at all, and the answer up to the end of the connection. */
    Answer send(String request) throws IOException {
        try (Socket socket = open()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return parse(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
        }
    }

    /** The body of an answer whose length was not known when it began. */
    static String unchunked(Answer answer) {
        if (!"chunked".equals(answer.header("Transfer-Encoding"))) {
            return answer.body();
        }
        StringBuilder whole = new StringBuilder();
        int at = 0;
        for (;;) {
            int end = answer.body().indexOf("\r\n", at);
            int length = Integer.parseInt(answer.body().substring(at, end), 16);
            if (length == 0) {
                return whole.toString();
            }
            whole.append(answer.body(), end + 2, end + 2 + length);
            at = end + 2 + length + 2;
        }
    }

    /** A connection to the server. */
    Socket open() throws IOException {
        return new Socket(address, port);
    }

    private static Answer parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.merge(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), lines[i].substring(colon + 1).trim(),
                (first, second) -> first + ", " + second);
        }
        return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, text.substring(end + 4));
    }
}
