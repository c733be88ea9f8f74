package dev.samovar.protocol;

/** HMAC (RFC 2104) over SHA-256. */
public final class HmacSha256 {
  private HmacSha256() {
  }

  /** The code of {@code message} under {@code key}, {@value Sha256#DIGEST_LENGTH} bytes. */
  public static byte[] of(byte[] key, byte[] message) {
    byte[] padded = key.length > Sha256.BLOCK_LENGTH ? Sha256.digest(key) : key;
    byte[] pad = new byte[Sha256.BLOCK_LENGTH];
    Sha256 sha = new Sha256();
    fill(pad, padded, 0x36);
    sha.update(pad, 0, pad.length);
    sha.update(message, 0, message.length);
    byte[] inner = sha.finish();
    fill(pad, padded, 0x5c);
    sha.update(pad, 0, pad.length);
    sha.update(inner, 0, inner.length);
    return sha.finish();
  }

  private static void fill(byte[] pad, byte[] key, int with) {
    for (int i = 0; i < pad.length; i++) {
      pad[i] = (byte) (with ^ (i < key.length ? key[i] : 0));
    }
  }
}
