package dev.samovar.relay;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates for tests, made by the JDK's keytool, each in PEM with its key. */
final class Keys {

    private final Path folder;
    private final KeyStore trusted;

    Keys(Path folder) throws Exception {
        this.folder = folder;
        trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
    }

    /** A certificate that signs itself, and is trusted by {@link #context} from now on. */
    Front.Identity make(String name, String algorithm, String names) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
            "-alias", name, "-keyalg", algorithm, "-dname", "CN=" + name, "-ext", "SAN=" + names, "-validity", "30",
            "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "changeit")
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IllegalStateException("keytool made no certificate");
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        trusted.setCertificateEntry(name, keys.getCertificate(name));
        return new Front.Identity(
            Files.writeString(folder.resolve(name + ".crt"), pem("CERTIFICATE", keys.getCertificate(name).getEncoded())),
            Files.writeString(folder.resolve(name + ".key"),
                pem("PRIVATE KEY", keys.getKey(name, "changeit".toCharArray()).getEncoded())));
    }

    /** For clients that trust what was made. */
    SSLContext context() throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    static String name(java.security.cert.Certificate certificate) {
        return ((X509Certificate) certificate).getSubjectX500Principal().getName();
    }

    static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END " + kind + "-----\n";
    }
}
