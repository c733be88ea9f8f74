package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys as other programs write them. */
class PemTest {

    @TempDir
    Path folder;

    private Path pem(String kind, byte[] der) throws IOException {
        return Files.writeString(folder.resolve("key.pem"), Keys.pem(kind, der));
    }

    private static PrivateKey made(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        return generator.generateKeyPair().getPrivate();
    }

    @Test
    void keysOfPkcs8() throws Exception {
        for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
            PrivateKey key = made(algorithm);
            assertEquals(key, Pem.key(pem("PRIVATE KEY", key.getEncoded())));
        }
    }

    @Test
    void aKeyOfRsaAlone() throws Exception {
        PrivateKey key = made("RSA");
        byte[] pkcs8 = key.getEncoded();
        // What PKCS#8 wraps is its end: a header with a length of two bytes, then 26 bytes in all before it.
        assertEquals(key, Pem.key(pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length))));
    }

    @Test
    void aKeyOfACurveAloneAfterItsParameters() throws Exception {
        ECPrivateKey key = (ECPrivateKey) made("EC");
        ByteArrayOutputStream sec1 = new ByteArrayOutputStream();
        sec1.writeBytes(HexFormat.of().parseHex("30310201010420"));
        byte[] secret = key.getS().toByteArray();
        byte[] padded = new byte[32];
        int length = Math.min(32, secret.length);
        System.arraycopy(secret, secret.length - length, padded, 32 - length, length);
        sec1.writeBytes(padded);
        sec1.writeBytes(HexFormat.of().parseHex("a00a06082a8648ce3d030107"));
        Path file = pem("EC PRIVATE KEY", sec1.toByteArray());
        Files.writeString(file, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
            + Files.readString(file));
        assertEquals(key.getS(), ((ECPrivateKey) Pem.key(file)).getS());
    }

    @Test
    void whatIsNoKeyIsSaid() throws Exception {
        assertSentence("is encrypted", pem("ENCRYPTED PRIVATE KEY", new byte[40]));
        assertSentence("cannot be read: --tls-key takes one of RSA", pem("PRIVATE KEY", new byte[40]));
        assertSentence("cannot be read", pem("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1}));
        assertSentence("cannot be read", pem("EC PRIVATE KEY", new byte[0]));
        assertSentence("holds no private key", pem("CERTIFICATE", new byte[40]));
        assertSentence("cannot be read", folder.resolve("none"));
        String none = assertThrows(IOException.class, () -> Pem.certificates(pem("CERTIFICATE", new byte[40]))).getMessage();
        assertTrue(none.contains("holds no certificate"), none);
    }

    private static void assertSentence(String part, Path file) {
        String sentence = assertThrows(IOException.class, () -> Pem.key(file)).getMessage();
        assertTrue(sentence.contains(part) && sentence.endsWith(".") || sentence.endsWith(")."), sentence);
    }
}
