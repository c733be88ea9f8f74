package dev.samovar.protocol.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketTest {
  @Test
  void handshake() throws Exception {
    // RFC 6455 §1.3
    assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Handshake.accept("dGhlIHNhbXBsZSBub25jZQ=="));
    Random random = new Random(1);
    for (int length = 0; length < 200; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertArrayEquals(MessageDigest.getInstance("SHA-1").digest(bytes), Sha1.digest(bytes));
    }
  }

  @Test
  void writesHeaders() {
    // §5.7: a masked "Hello".
    assertEquals("818537fa213d", hex(Frames.header(Frames.TEXT, 5, 0x37fa213d)));
    assertEquals("82fe0100ffffffff", hex(Frames.header(Frames.BINARY, 256, -1)));
    assertEquals("82ff000000000001000000000001", hex(Frames.header(Frames.BINARY, 65536, 1)));
    assertEquals("888000000000", hex(Frames.header(Frames.CLOSE, 0, 0)));
    assertEquals("8105", hex(Frames.header(Frames.TEXT, 5)));
    assertEquals("827e0100", hex(Frames.header(Frames.BINARY, 256)));
    assertEquals("827f0000000000010000", hex(Frames.header(Frames.BINARY, 65536)));
  }

  /** A frame as {@code opcode[payload]}, with + if more fragments follow; or code and clause. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      810548656c6c6f                | 1[Hello]
      010348656c 80026c6f           | 1[Hel]+ 0[lo]
      010348656c 890142 80026c6f    | 1[Hel]+ 9[B] 0[lo]
      8900 8a00 8200 8100           | 9[] 10[] 2[] 1[]
      880203e8                      | 8[\u0003\u00e8]
      81                            | incomplete
      8105486                       | 1[H incomplete
      c100                          | 1002 a reserved bit is set
      8300                          | 1002 a frame has the opcode 3
      8b00                          | 1002 a frame has the opcode 11
      0900                          | 1002 a control frame is fragmented
      897e007e                      | 1002 a control frame is longer than 125 bytes
      8000                          | 1002 a fragment belongs to no message
      0100 8100                     | 1[]+ 1002 a message begins within another one
      8180                          | 1002 a frame of the server is masked
      827e007d                      | 1002 the length of a frame is not written as it has to be
      827f000000000000ffff          | 1002 the length of a frame is not written as it has to be
      827f8000000000000000          | 1002 the length of a frame is not written as it has to be
      827f0000000001000001          | 1009 a message is longer than 16 MiB
      """)
  void readsFrames(String hex, String expected) {
    String compact = hex.replace(" ", "");
    assertEquals(expected, read(new FrameReader(false),
        HexFormat.of().parseHex(compact.length() % 2 == 0 ? compact : compact.substring(0, compact.length() - 1))));
  }

  @Test
  void readsFramesOfAClient() {
    FrameReader reader = new FrameReader(true);
    assertEquals("1[\u007f\u009fMQX] 2[]", read(reader, HexFormat.of().parseHex("818537fa213d7f9f4d5158" + "828001020304")));
    assertEquals(0x01020304, reader.key());
    for (int length : new int[] {0, 1, 125, 126, 65535, 65536}) {
      reader = new FrameReader(true);
      byte[] header = Frames.header(Frames.BINARY, length, 0x89abcdef);
      for (int i = 0; i < header.length - 1; i++) {
        assertFalse(feed(reader, header[i]));
      }
      assertTrue(feed(reader, header[header.length - 1]));
      assertEquals(length, reader.ahead());
      assertEquals(0x89abcdef, reader.key());
    }
    assertEquals("1002 a frame of the client is not masked", read(new FrameReader(true), HexFormat.of().parseHex("8100")));
    assertEquals("1002 the length of a frame is not written as it has to be",
        read(new FrameReader(true), HexFormat.of().parseHex("82fe007d00000000")));
  }

  private static boolean feed(FrameReader reader, byte b) {
    try {
      return reader.feed(b & 0xff);
    } catch (WebSocketException e) {
      throw new AssertionError(e);
    }
  }

  private static String read(FrameReader reader, byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    boolean inHeader = false;
    try {
      while (at < bytes.length) {
        inHeader = !reader.feed(bytes[at++] & 0xff);
        if (!inHeader) {
          int count = (int) Math.min(reader.ahead(), bytes.length - at);
          text.append(text.length() == 0 ? "" : " ").append(reader.opcode()).append('[')
              .append(new String(bytes, at, count, StandardCharsets.ISO_8859_1));
          reader.skip(count);
          at += count;
          if (reader.ahead() > 0) {
            return text + " incomplete";
          }
          text.append(reader.isFinal() ? "]" : "]+");
        }
      }
      return inHeader ? text + "incomplete" : text.toString();
    } catch (WebSocketException e) {
      return text + (text.length() == 0 ? "" : " ") + e.code() + " " + e.getMessage();
    }
  }

  @Test
  void boundsAMessageNotItsFrames() {
    FrameReader reader = new FrameReader(false);
    int frames = 0;
    try {
      for (; frames < 100; frames++) {
        byte[] header = {(byte) (frames == 0 ? 2 : 0), 127, 0, 0, 0, 0, 0, 0x10, 0, 0};
        for (byte b : header) {
          reader.feed(b & 0xff);
        }
        reader.skip(1 << 20);
      }
    } catch (WebSocketException e) {
      assertEquals(1009, e.code());
    }
    assertEquals(16, frames);
  }

  @Test
  void closeCodes() {
    for (int code : new int[] {1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999}) {
      assertTrue(Frames.isCloseCode(code), String.valueOf(code));
    }
    for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535}) {
      assertFalse(Frames.isCloseCode(code), String.valueOf(code));
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
