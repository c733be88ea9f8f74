package dev.samovar.protocol.websocket;

/** SHA-1 (FIPS 180-4), which the handshake needs, and nothing else should use. */
final class Sha1 {
  private Sha1() {}

  static byte[] digest(byte[] bytes) {
    int[] h = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    byte[] padded = new byte[(bytes.length + 8) / 64 * 64 + 64];
    System.arraycopy(bytes, 0, padded, 0, bytes.length);
    padded[bytes.length] = (byte) 0x80;
    long bits = 8L * bytes.length;
    for (int i = 0; i < 8; i++) {
      padded[padded.length - 1 - i] = (byte) (bits >>> 8 * i);
    }
    int[] w = new int[80];
    for (int block = 0; block < padded.length; block += 64) {
      for (int i = 0; i < 16; i++) {
        int at = block + 4 * i;
        w[i] = (padded[at] & 0xff) << 24 | (padded[at + 1] & 0xff) << 16 | (padded[at + 2] & 0xff) << 8 | padded[at + 3] & 0xff;
      }
      for (int i = 16; i < 80; i++) {
        w[i] = Integer.rotateLeft(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
      }
      int a = h[0];
      int b = h[1];
      int c = h[2];
      int d = h[3];
      int e = h[4];
      for (int i = 0; i < 80; i++) {
        int f = i < 20 ? b & c | ~b & d : i < 40 || i >= 60 ? b ^ c ^ d : b & c | b & d | c & d;
        int k = i < 20 ? 0x5A827999 : i < 40 ? 0x6ED9EBA1 : i < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
        int next = Integer.rotateLeft(a, 5) + f + e + k + w[i];
        e = d;
        d = c;
        c = Integer.rotateLeft(b, 30);
        b = a;
        a = next;
      }
      h[0] += a;
      h[1] += b;
      h[2] += c;
      h[3] += d;
      h[4] += e;
    }
    byte[] digest = new byte[20];
    for (int i = 0; i < digest.length; i++) {
      digest[i] = (byte) (h[i / 4] >>> 24 - 8 * (i % 4));
    }
    return digest;
  }
}
