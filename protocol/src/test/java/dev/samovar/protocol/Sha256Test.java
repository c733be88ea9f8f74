package dev.samovar.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** SHA-256 and HMAC against the platform's own. */
class Sha256Test {
  private final Random random = new Random(256);

  @Test
  void digestsEveryLengthAsThePlatformDoes() throws Exception {
    for (int length = 0; length < 300; length++) {
      byte[] bytes = bytes(length);
      assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(bytes), Sha256.digest(bytes));
    }
    byte[] large = bytes(1 << 20);
    assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(large), Sha256.digest(large));
  }

  @Test
  void takesItsInputInPiecesAndMayBeUsedAgain() {
    byte[] bytes = bytes(200);
    Sha256 sha = new Sha256();
    for (int cut = 0; cut <= bytes.length; cut++) {
      sha.update(bytes, 0, cut);
      sha.update(bytes, cut, bytes.length - cut);
      assertArrayEquals(Sha256.digest(bytes), sha.finish());
    }
  }

  @Test
  void authenticatesAsThePlatformDoes() throws Exception {
    for (int length : new int[] {1, 32, 63, 64, 65, 200}) {
      byte[] key = bytes(length);
      byte[] message = bytes(length * 3);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      assertArrayEquals(mac.doFinal(message), HmacSha256.of(key, message));
    }
    // A key and the same with zeros behind it are one to HMAC.
    assertArrayEquals(HmacSha256.of(new byte[] {7}, bytes(0)), HmacSha256.of(Arrays.copyOf(new byte[] {7}, 9), bytes(0)));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
