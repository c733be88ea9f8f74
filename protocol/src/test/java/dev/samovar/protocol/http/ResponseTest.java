package dev.samovar.protocol.http;

import static dev.samovar.protocol.http.Exchange.response;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseTest {
  @Test
  void contentOfALength() {
    assertEquals("200 OK [Content-Length: 5, X: ] hello",
        response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: \r\n\r\nhello"));
    assertEquals("200 OK [content-length: 0]  +next", response("HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\nnext"));
    assertEquals("200  [Content-Length: 1, Content-Length: 01] x",
        response("HTTP/1.1 200\r\nContent-Length: 1\r\nContent-Length: 01\r\n\r\nx"));
    assertEquals("400 the connection ended before the content did", response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"));
  }

  @Test
  void chunkedContent() {
    assertEquals("200 OK [Transfer-Encoding: chunked] hello, world +HTTP/1.1",
        response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n00007\r\n, world\r\n0\r\n\r\nHTTP/1.1"));
    assertEquals("200 OK [Transfer-Encoding: Chunked] 0123456789abcdef (Expires: never, X: y)",
        response("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n10;a=b;c=\"d;e\"\r\n0123456789abcdef\r\n0;last\r\n"
            + "Expires: never\r\nX:y\r\n\r\n"));
    assertEquals("400 the connection ended before the content did",
        response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"));
  }

  @Test
  void contentUpToTheEnd() {
    assertEquals("200 OK [Server: x] all of it", response("HTTP/1.0 200 OK\r\nServer: x\r\n\r\nall of it"));
    assertEquals("200 OK [] ", response("HTTP/1.1 200 OK\r\n\r\n"));
  }

  @Test
  void noContent() {
    String length = " [Content-Length: 5]  +HTTP/1.1";
    assertEquals("200 OK" + length, response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1", "HEAD"));
    assertEquals("304 Not Modified" + length, response("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nHTTP/1.1"));
    assertEquals("204 No Content [] ", response("HTTP/1.1 204 No Content\r\n\r\n"));
    assertEquals("101 Switching Protocols [Upgrade: websocket]  +\u0081",
        response("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\u0081"));
    assertEquals("100 Continue []  +HTTP/1.1 200", response("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200"));
  }

  @Test
  void readsWhatIsUnusualButClear() {
    // RFC 9112 §2.2: a single LF; §4: no reason, and none after the space.
    assertEquals("404  [A: b  c] x", response("HTTP/1.1 404\nA:\t b  c \t\n\nx"));
    assertEquals("200 Sm\u00f6rg\u00e5s [N: \u00e4 \u00ff] ", response("HTTP/1.1 200 Sm\u00f6rg\u00e5s\r\nN: \u00e4 \u00ff\r\n\r\n"));
  }

  /** A backslash-n stands for CR LF. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      HTTP/1.1 200 OK\\nContent-Length: 5\\nContent-Length: 6\\n\\n | 400 there are two lengths that differ
      HTTP/1.1 200 OK\\nContent-Length: 5, 6\\n\\n | 400 the Content-Length is no number of bytes
      HTTP/1.1 200 OK\\nContent-Length: +5\\n\\n | 400 the Content-Length is no number of bytes
      HTTP/1.1 200 OK\\nContent-Length: -5\\n\\n | 400 the Content-Length is no number of bytes
      HTTP/1.1 200 OK\\nContent-Length: 0x5\\n\\n | 400 the Content-Length is no number of bytes
      HTTP/1.1 200 OK\\nContent-Length:\\n\\n | 400 the Content-Length is empty
      HTTP/1.1 200 OK\\nContent-Length: 9007199254740993\\n\\n | 400 the Content-Length is no number of bytes
      HTTP/1.1 200 OK\\nContent-Length: 184467440737095516160\\n\\n | 400 the Content-Length is no number of bytes
      HTTP/1.1 200 OK\\nContent-Length: 5\\nTransfer-Encoding: chunked\\n\\n | 400 there is a Content-Length beside Transfer-Encoding
      HTTP/1.0 200 OK\\nTransfer-Encoding: chunked\\n\\n | 400 HTTP/1.0 knows no Transfer-Encoding
      HTTP/1.1 200 OK\\nTransfer-Encoding: chunked, identity\\n\\n | 501 the Transfer-Encoding is not just chunked
      HTTP/1.1 200 OK\\nTransfer-Encoding: xchunked\\n\\n | 501 the Transfer-Encoding is not just chunked
      HTTP/1.1 200 OK\\nTransfer-Encoding: chunked\\nTransfer-Encoding: chunked\\n\\n | 501 the Transfer-Encoding is not just chunked
      HTTP/1.1 200 OK\\nTransfer-Encoding:\\n\\n | 501 the Transfer-Encoding is not just chunked
      HTTP/1.1 200 OK\\nA : b\\n\\n | 400 the name of a field has a character that none may have
      HTTP/1.1 200 OK\\n: b\\n\\n | 400 the name of a field has a character that none may have
      HTTP/1.1 200 OK\\nno colon\\n\\n | 400 a field has no colon
      HTTP/1.1 200 OK\\nA: b\\n c\\n\\n | 400 a field is continued on the next line
      HTTP/1.1 200 OK\\nA: b\\rc\\n\\n | 400 a carriage return stands in the middle of a line
      HTTP/1.1 200 OK\\nA: b\\0c\\n\\n | 400 a control character stands in the head
      HTTP/2.0 200 OK\\n\\n | 505 the version is HTTP/2.0
      HTTP/1.1 2000 OK\\n\\n | 400 the first line has no status
      HTTP/1.1 +20 OK\\n\\n | 400 the status is no number
      HTTP/1.1 099 OK\\n\\n | 400 the status is 99
      HTTP/1.1 600 OK\\n\\n | 400 the status is 600
      HTTP/1.1\\n\\n | 400 the first line has no status
      <html>\\n\\n | 400 the first line is none of HTTP/1.1
      \\n\\n | 400 the first line is none of HTTP/1.1
      SSH-2.0-x\\n\\n | 400 the first line is none of HTTP/1.1
      HTTP/1.1 200 OK\\nA: | head incomplete
      """)
  void refuses(String text, String clause) {
    assertEquals(clause, response(text.replace("\\n", "\r\n").replace("\\r", "\r").replace("\\0", "\0")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      5 \\nhello | 400 the size of a chunk is no number
      -5\\nhello | 400 the size of a chunk is no number
      0x5\\nhello | 400 the size of a chunk is no number
      \\n | 400 the size of a chunk is no number
      ;a\\n | 400 the size of a chunk is no number
      ffffffffffffffff\\nhello | 400 a chunk is too large
      20000000000001\\nhello | 400 a chunk is too large
      5\\nhello!\\n | 400 a chunk does not end where it should
      5\\nhell\\n0\\n\\n | 400 a chunk does not end where it should
      5\\rhello | 400 a chunk does not end where it should
      5;\\0\\nhello | 400 the extension of a chunk has a character that none may have
      0\\nA: b\\rc\\n\\n | 400 a chunk does not end where it should
      0\\nA b\\n\\n | 400 a field has no colon
      0\\n A: b\\n\\n | 400 a field is continued on the next line
      0\\nA: \\0\\n\\n | 400 the value of the field A has a character that none may have
      """)
  void refusesChunks(String text, String clause) {
    assertEquals(clause, response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + text.replace("\\n", "\r\n").replace("\\r", "\r").replace("\\0", "\0")));
  }

  @Test
  void refusesALineFeedAloneInChunks() {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertEquals("400 the size of a chunk is no number", response(head + "5\nhello\r\n0\r\n\r\n"));
    assertEquals("400 a chunk does not end where it should", response(head + "5\r\nhello\n0\r\n\r\n"));
  }

  @Test
  void bounds() throws HttpException {
    String start = "HTTP/1.1 200 OK\r\n";
    assertTrue(atOnce(start + "A: b\r\n".repeat(200) + "\r\n"));
    assertEquals("431 there are more than 200 fields", failure(start + "A: b\r\n".repeat(201)));
    int room = HeadReader.MAX_BYTES - start.length() - "A: \r\n\r\n".length();
    assertTrue(atOnce(start + "A: " + "x".repeat(room) + "\r\n\r\n"));
    assertEquals("431 the head is longer than 64 KiB", failure(start + "A: " + "x".repeat(room + 1) + "\r\n\r\n"));
    assertFalse(atOnce("HTTP/1.1"));
  }

  private static boolean atOnce(String text) throws HttpException {
    ResponseReader reader = new ResponseReader();
    boolean complete = false;
    for (int i = 0; i < text.length(); i++) {
      complete = reader.feed(text.charAt(i));
    }
    return complete;
  }

  private static String failure(String text) {
    try {
      atOnce(text);
      return "none";
    } catch (HttpException e) {
      assertTrue(e.isTooLarge());
      return e.status() + " " + e.getMessage();
    }
  }

  @Test
  void boundsOfChunks() throws HttpException {
    Framing framing = Framing.of(new RequestHead("POST", "/", 1, new Fields().add("Transfer-Encoding", "chunked")));
    framing.feed('1');
    framing.feed(';');
    int fed = 0;
    try {
      for (; fed < 1 << 20; fed++) {
        framing.feed('x');
      }
    } catch (HttpException e) {
      assertTrue(e.isTooLarge());
    }
    assertEquals(4096, fed);
  }

  @Test
  void keepsAlive() throws HttpException {
    assertTrue(kept("HTTP/1.1 200 OK"));
    assertTrue(kept("HTTP/1.0 200 OK\r\nConnection: Keep-Alive"));
    assertFalse(kept("HTTP/1.0 200 OK"));
    assertFalse(kept("HTTP/1.1 200 OK\r\nConnection: x, Close"));
    assertFalse(kept("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nConnection: close"));
  }

  private static boolean kept(String head) throws HttpException {
    ResponseReader reader = new ResponseReader();
    String all = head + "\r\n\r\n";
    for (int i = 0; i < all.length(); i++) {
      reader.feed(all.charAt(i));
    }
    return reader.head().keepsAlive();
  }
}
