package dev.samovar.protocol.bore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.protocol.bore.BoreMessage.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** bore's messages, against text taken from the protocol's description. */
class BoreTest {
  private static final String ID = "12345678-1234-5678-1234-567812345678";
  private static final String STREAM = "{\"Hello\":0}\0{\"Hello\":65535}\0{\"Challenge\":\"" + ID + "\"}\0\"Heartbeat\"\0"
      + "{\"Connection\":\"" + ID + "\"}\0{\"Error\":\"no \\\"way\\\"\"}\0{\"Accept\":\"" + ID + "\"}\0"
      + "{\"Authenticate\":\"00ff\"}\0";

  @ParameterizedTest
  @CsvSource({
      "00000000-0000-0000-0000-000000000000, f595dd2e2c05b7bc7042dc3541159dc9eaf2ded8f547cfd51966c2ec464773b1",
      "12345678-1234-5678-1234-567812345678, 33d0d377cbf056e11c747c377b6d5937148b99f7c92f95ca9028869754e9f269"})
  void answersChallenges(String challenge, String answer) {
    BoreAuth auth = new BoreAuth("secret");
    assertEquals(answer, auth.answer(challenge));
    assertTrue(auth.accepts(challenge, answer));
    assertTrue(auth.accepts(challenge, answer.toUpperCase(java.util.Locale.ROOT)));
    assertFalse(new BoreAuth("secrets").accepts(challenge, answer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "33d0", "é3d0d377cbf056e11c747c377b6d5937148b99f7c92f95ca9028869754e9f269",
      "33d0d377cbf056e11c747c377b6d5937148b99f7c92f95ca9028869754e9f268",
      "33d0d377cbf056e11c747c377b6d5937148b99f7c92f95ca9028869754e9f2690"})
  void aWrongAnswerIsWrong(String answer) {
    assertFalse(new BoreAuth("secret").accepts(ID, answer));
  }

  @Test
  void aMessageComesBackAsItWent() throws Exception {
    StringBuilder again = new StringBuilder();
    for (BoreMessage message : read(STREAM.getBytes(UTF_8), STREAM.length())) {
      again.append(new String(message.encode(), UTF_8));
    }
    assertEquals(STREAM, again.toString());
  }

  @Test
  void everyCutOfTheStreamReadsTheSame() throws Exception {
    byte[] bytes = STREAM.getBytes(UTF_8);
    for (int piece = 1; piece <= bytes.length; piece++) {
      assertEquals(8, read(bytes, piece).size());
    }
  }

  @Test
  void bytesAfterTheNulAreLeft() throws Exception {
    byte[] bytes = ("{\"Accept\":\"" + ID + "\"}\0GET / HTTP/1.1").getBytes(UTF_8);
    BoreReader reader = new BoreReader();
    int taken = reader.read(bytes, 0, bytes.length);
    assertEquals(Kind.ACCEPT, reader.message().kind());
    assertEquals("GET / HTTP/1.1", new String(bytes, taken, bytes.length - taken, UTF_8));
  }

  @Test
  void aMessageHasAtMost256Bytes() throws Exception {
    String most = "{\"Error\":\"" + "x".repeat(244) + "\"}";
    assertEquals(256, most.length());
    assertEquals(1, read((most + "\0").getBytes(UTF_8), 7).size());
    byte[] endless = "x".repeat(257).getBytes(UTF_8);
    for (int piece = 1; piece <= 257; piece++) {
      int size = piece;
      assertThrows(BoreException.class, () -> read(endless, size));
    }
  }

  @Test
  void anErrorTooLongIsCut() throws Exception {
    for (String letter : new String[] {"x", "\"", "\u0001", "é", "\uD83C\uDF75"}) {
      byte[] bytes = BoreMessage.of(Kind.ERROR, letter.repeat(400)).encode();
      assertTrue(bytes.length <= 257, letter);
      // A pair of surrogates may be cut in two; then the half is a question mark, and still a message.
      assertEquals(1, read(bytes, bytes.length).size(), letter);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{}", "[]", "1", "null", "\"Hello\"", "{\"Hello\":-1}", "{\"Hello\":65536}",
      "{\"Hello\":1.5}", "{\"Hello\":\"1\"}", "{\"Hello\":null}", "{\"Hello\":1,\"Error\":\"\"}", "{\"Heartbeat\":1}",
      "{\"Accept\":\"x\"}", "{\"Connection\":1}", "{\"Challenge\":\"12345678-1234-5678-1234-56781234567g\"}",
      "{\"Accept\":\"12345678 1234-5678-1234-567812345678\"}", "{\"Goodbye\":1}", "{\"hello\":1}", "{\"Hello\":1e999}",
      "{\"Hello\":1", "\u00ff", "{\"Error\":\"\u00c3\"}"})
  void whatIsNoMessageIsRefused(String text) {
    byte[] bytes = (text + "\0").getBytes(ISO_8859_1);
    assertNotNull(assertThrows(BoreException.class, () -> read(bytes, bytes.length)).getMessage());
  }

  @Test
  void noiseIsAMessageOrAnException() {
    Random random = new Random(7835);
    byte[] stream = STREAM.getBytes(UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = stream.clone();
      for (int hits = random.nextInt(4); hits >= 0; hits--) {
        noise[random.nextInt(noise.length)] = (byte) random.nextInt();
      }
      try {
        read(noise, 1 + random.nextInt(noise.length));
      } catch (BoreException e) {
        assertNotNull(e.getMessage());
      }
    }
  }

  @Test
  void uuids() {
    assertEquals("00000000-0000-4000-8000-000000000000", Uuid.random(new byte[16]));
    assertNull(Uuid.parse("{" + ID + "}"));
    assertEquals(0x78, Uuid.parse(ID)[15]);
    // An answer is a secret of a kind: it does not show in what is printed.
    assertEquals("Authenticate", BoreMessage.of(Kind.AUTHENTICATE, "00ff").toString());
  }

  private static List<BoreMessage> read(byte[] bytes, int piece) throws BoreException {
    List<BoreMessage> messages = new ArrayList<>();
    BoreReader reader = new BoreReader();
    for (int at = 0; at < bytes.length; ) {
      at += reader.read(bytes, at, Math.min(piece, bytes.length - at));
      if (reader.message() != null) {
        messages.add(reader.message());
      }
    }
    return messages;
  }
}
