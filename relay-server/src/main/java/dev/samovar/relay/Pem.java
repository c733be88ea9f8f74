package dev.samovar.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and keys as text, RFC 7468. Keys are PKCS#8 (RFC 5958); those of RSA alone (PKCS#1) and of elliptic curves
 * alone (SEC 1, RFC 5915) are wrapped as such.
 */
final class Pem {

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \\1-----");
    /** AlgorithmIdentifier of RSA: OID 1.2.840.113549.1.1.1, parameters NULL. */
    private static final byte[] RSA = {0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0};
    /** OID 1.2.840.10045.2.1, of keys on elliptic curves; which curve follows. */
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};
    private static final byte[] VERSION = {2, 1, 0};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 4;
    private static final int FIRST_PARAMETER = 0xa0;
    /** A kind of key, and how it signs. */
    private static final Map<String, String> SIGNATURES = Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA",
        "EdDSA", "EdDSA");

    private Pem() {
    }

    /** @throws IOException with a sentence, when there is none in the file */
    static Certificate[] certificates(Path file) throws IOException {
        try {
            Collection<? extends Certificate> chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(read(file, "--tls-certificate").getBytes(US_ASCII)));
            if (!chain.isEmpty()) {
                return chain.toArray(Certificate[]::new);
            }
        } catch (CertificateException e) {
            // The sentence below says it.
        }
        throw new IOException(file + " holds no certificate: --tls-certificate takes a file in PEM, "
            + "-----BEGIN CERTIFICATE----- and what follows.");
    }

    /** @throws IOException with a sentence, when there is none in the file that can be used */
    static PrivateKey key(Path file) throws IOException {
        Matcher blocks = BLOCK.matcher(read(file, "--tls-key"));
        while (blocks.find()) {
            byte[] der;
            try {
                der = Base64.getMimeDecoder().decode(blocks.group(2));
                switch (blocks.group(1)) {
                    case "PRIVATE KEY" -> {
                        return key(der, file);
                    }
                    case "RSA PRIVATE KEY" -> {
                        return key(of(SEQUENCE, VERSION, RSA, of(OCTETS, der)), file);
                    }
                    case "EC PRIVATE KEY" -> {
                        return key(of(SEQUENCE, VERSION, of(SEQUENCE, EC, curve(der)), of(OCTETS, der)), file);
                    }
                    case "ENCRYPTED PRIVATE KEY" -> throw new IOException(file + " is encrypted: write the key without a "
                        + "password (openssl pkey -in " + file.getFileName() + " -out key.pem), readable by the server alone.");
                    default -> {
                        // EC PARAMETERS, say.
                    }
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw broken(file);
            }
        }
        throw new IOException(file + " holds no private key: --tls-key takes a file in PEM, -----BEGIN PRIVATE KEY----- "
            + "and what follows.");
    }

    /** @throws IOException with a sentence, unless {@code key} is the one that {@code certificate} speaks of */
    static void check(Certificate certificate, PrivateKey key, Path file) throws IOException {
        try {
            byte[] said = {1, 2, 3};
            Signature signature = Signature.getInstance(SIGNATURES.get(key.getAlgorithm()));
            signature.initSign(key);
            signature.update(said);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(said);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            // Another kind of key.
        }
        throw new IOException("The key in " + file + " is not that of its certificate: the n-th --tls-key belongs to the n-th "
            + "--tls-certificate, whose first certificate is the server's own.");
    }

    private static String read(Path file, String flag) throws IOException {
        try {
            return Files.readString(file, US_ASCII);
        } catch (IOException e) {
            throw new IOException(flag + " takes a file in PEM, and " + file + " cannot be read.", e);
        }
    }

    private static PrivateKey key(byte[] pkcs8, Path file) throws IOException {
        for (String algorithm : SIGNATURES.keySet()) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                // Another kind, then.
            }
        }
        throw broken(file);
    }

    private static IOException broken(Path file) {
        return new IOException("The key in " + file + " cannot be read: --tls-key takes one of RSA, of an elliptic curve or of "
            + "Ed25519.");
    }

    // --- DER: a tag, a length, what it is --------------------------------------------------------------------------------

    private static byte[] of(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length >= 0x80) {
            int bytes = length > 0xffff ? 3 : length > 0xff ? 2 : 1;
            out.write(0x80 | bytes);
            for (int shift = (bytes - 1) * 8; shift > 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
        out.write(length);
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    /** The name of the curve, an OID with tag and length, out of an ECPrivateKey: its third part. */
    private static byte[] curve(byte[] key) {
        int at = content(key, 0);
        while (at < key.length && (key[at] & 255) != FIRST_PARAMETER) {
            at = content(key, at) + length(key, at);
        }
        int from = content(key, at);
        byte[] oid = new byte[length(key, at)];
        System.arraycopy(key, from, oid, 0, oid.length);
        return oid;
    }

    private static int content(byte[] der, int at) {
        return at + 2 + (der[at + 1] < 0 ? der[at + 1] & 127 : 0);
    }

    private static int length(byte[] der, int at) {
        if (der[at + 1] >= 0) {
            return der[at + 1];
        }
        int length = 0;
        for (int i = 0; i < (der[at + 1] & 127); i++) {
            length = length << 8 | der[at + 2 + i] & 255;
        }
        return length;
    }
}
