package dev.samovar.protocol.wisp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames against bytes written down from WISP's description. */
class WispTest {
  private final WispFrame frame = new WispFrame();

  @Test
  void framesHaveTheirBytes() {
    assertEquals("01 78 56 34 12 01 50 1f 61 2e 62", hex(Wisp.connect(0x12345678, "a.b", 8016)));
    assertEquals("02 ff ff ff ff 68 69", hex(Wisp.data(-1, "ohio hi".getBytes(UTF_8), 5, 2)));
    assertEquals("03 00 00 00 00 80 00 00 00", hex(Wisp.continues(0, 128)));
    assertEquals("04 01 00 00 00 44", hex(Wisp.close(1, CloseReason.REFUSED)));
    assertEquals("f1 01 00 00 00 00 00 01 00", hex(Wisp.credit(1, 65536)));
    assertEquals("f2 01 00 00 00", hex(Wisp.end(1)));
  }

  @Test
  void framesAreReadFromTheMiddleOfABuffer() throws Exception {
    see("01 78 56 34 12 01 50 1f 61 2e 62");
    assertEquals(Wisp.CONNECT, frame.type());
    assertEquals(0x12345678, frame.stream());
    assertEquals(Wisp.TCP, frame.kind());
    assertEquals(8016, frame.port());
    assertEquals("a.b", frame.host());
    see("01 01 00 00 00 02 ff ff 61");
    assertEquals(2, frame.kind());
    assertEquals(65535, frame.port());
    see("03 07 00 00 00 ff ff ff ff");
    assertEquals(0xffffffffL, frame.number());
    see("04 07 00 00 00 48");
    assertEquals(CloseReason.BLOCKED, frame.reason());
    see("04 07 00 00 00 ee");
    assertEquals(CloseReason.UNKNOWN, frame.reason());
    see("02 07 00 00 00");
    assertEquals(0, frame.payloadLength());
    see("05 00 00 00 00 02 00 01 00 00 00 00");
    assertEquals(Wisp.INFO, frame.type());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "02", "02 01 00 00", "00 01 00 00 00", "06 01 00 00 00", "f0 01 00 00 00", "ff 01 00 00 00",
      "01 01 00 00 00", "01 01 00 00 00 01 50 1f", "01 00 00 00 00 01 50 1f 61", "02 00 00 00 00 61",
      "03 01 00 00 00", "03 01 00 00 00 01 00 00", "03 01 00 00 00 01 00 00 00 00", "04 01 00 00 00",
      "04 01 00 00 00 01 02", "05 00 00 00 00 02", "f1 01 00 00 00", "f1 00 00 00 00 01 00 00 00",
      "f2 01 00 00 00 00", "f2 00 00 00 00"})
  void whatIsNoFrameIsRefused(String bytes) {
    assertNotNull(assertThrows(WispException.class, () -> see(bytes)).getMessage());
  }

  @Test
  void hostsAreBoundedAndPlain() throws Exception {
    byte[] longest = Wisp.connect(1, "a".repeat(Wisp.MAX_HOST), 80);
    assertEquals(Wisp.MAX_HOST, frame.wrap(longest, 0, longest.length).host().length());
    byte[] longer = Wisp.connect(1, "a".repeat(Wisp.MAX_HOST + 1), 80);
    assertThrows(WispException.class, () -> frame.wrap(longer, 0, longer.length));
    for (String host : new String[] {"a b", "a\nb", "a\0b", "é", "a\u007f"}) {
      byte[] odd = Wisp.connect(1, host, 80);
      assertNull(frame.wrap(odd, 0, odd.length).host());
    }
  }

  @Test
  void everyCutAndNoiseIsAFrameOrAnException() {
    Random random = new Random(1);
    byte[] whole = Wisp.connect(7, "example.org", 443);
    for (int type = 0; type < 256; type++) {
      whole[0] = (byte) type;
      for (int length = 0; length <= whole.length; length++) {
        tryFrame(whole, length);
      }
    }
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[random.nextInt(16)];
      random.nextBytes(noise);
      tryFrame(noise, noise.length);
    }
  }

  private void tryFrame(byte[] bytes, int length) {
    try {
      frame.wrap(bytes, 0, length);
      assertEquals(length - 5, frame.payloadLength());
      if (frame.type() == Wisp.CONNECT) {
        frame.host();
        frame.port();
      }
    } catch (WispException e) {
      assertNotNull(e.getMessage());
    }
  }

  @Test
  void creditIsSpentAndGranted() throws Exception {
    SendCredit credit = new SendCredit(1000);
    credit.spend(1000);
    assertEquals(0, credit.available());
    assertThrows(IllegalStateException.class, () -> credit.spend(1));
    credit.grant(10);
    assertEquals(10, credit.available());
    assertThrows(WispException.class, () -> credit.grant(0xffffffffL));
    assertThrows(WispException.class, () -> credit.grant(SendCredit.MAX - 9));
    credit.grant(SendCredit.MAX - 10);
    assertEquals(SendCredit.MAX, credit.available());
  }

  @Test
  void creditIsGivenInHalfWindowsAndNeverOverrun() throws Exception {
    ReceiveCredit credit = new ReceiveCredit(1000);
    credit.received(1000);
    assertThrows(WispException.class, () -> credit.received(1));
    assertEquals(0, credit.consumed(500 - 1));
    assertThrows(WispException.class, () -> credit.received(1));
    assertEquals(500, credit.consumed(1));
    credit.received(500);
    assertThrows(WispException.class, () -> credit.received(1));
  }

  private void see(String hex) throws WispException {
    String[] numbers = hex.isEmpty() ? new String[0] : hex.split(" ");
    byte[] bytes = new byte[numbers.length + 5];
    for (int i = 0; i < numbers.length; i++) {
      bytes[2 + i] = (byte) Integer.parseInt(numbers[i], 16);
    }
    frame.wrap(bytes, 2, numbers.length);
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(text.length() == 0 ? "" : " ").append(Integer.toHexString(b & 255 | 256).substring(1));
    }
    return text.toString();
  }
}
