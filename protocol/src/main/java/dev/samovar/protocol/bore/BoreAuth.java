package dev.samovar.protocol.bore;

import dev.samovar.protocol.HmacSha256;
import dev.samovar.protocol.Sha256;
import java.nio.charset.StandardCharsets;

/** How a client proves that it knows the secret without saying it. */
public final class BoreAuth {
  private final byte[] key;

  /** Keeps a hash of {@code secret}, not the secret. */
  public BoreAuth(String secret) {
    key = Sha256.digest(secret.getBytes(StandardCharsets.UTF_8));
  }

  /** The answer to a challenge, 64 hexadecimal digits; null if {@code challenge} is no UUID. */
  public String answer(String challenge) {
    byte[] id = Uuid.parse(challenge);
    return id == null ? null : Uuid.hex(HmacSha256.of(key, id));
  }

  /** Whether {@code answer} is right; how long that takes does not tell how much of it was. */
  public boolean accepts(String challenge, String answer) {
    String right = answer(challenge);
    if (right == null || answer.length() != right.length()) {
      return false;
    }
    int wrong = 0;
    for (int i = 0; i < right.length(); i++) {
      wrong |= Uuid.hexDigit(right.charAt(i)) ^ Uuid.hexDigit(answer.charAt(i));
    }
    return wrong == 0;
  }
}
