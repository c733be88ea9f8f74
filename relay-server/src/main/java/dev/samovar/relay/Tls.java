package dev.samovar.relay;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The server's certificates. A client that names the host it wants is shown the one for that name, others the first. */
final class Tls {

    private static final String NO_PASSWORD = "";
    private static final String ALIAS = "identity";

    private final SslContextFactory.Server factory = new SslContextFactory.Server();

    private Tls(KeyStore keys) {
        factory.setKeyStore(keys);
        factory.setKeyStorePassword(NO_PASSWORD);
        factory.setCertAlias(ALIAS + 0);
    }

    /** @throws IOException with a sentence that names the file */
    static Tls of(List<Front.Identity> identities) throws IOException {
        return new Tls(read(identities));
    }

    /** What connectors speak by. */
    SslContextFactory.Server factory() {
        return factory;
    }

    /** Reads certificates and keys. {@link #use} then has new connections meet them. */
    static KeyStore read(List<Front.Identity> identities) throws IOException {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            for (Front.Identity identity : identities) {
                Certificate[] chain = Pem.certificates(identity.certificate());
                PrivateKey key = Pem.key(identity.key());
                Pem.check(chain[0], key, identity.key());
                keys.setKeyEntry(ALIAS + keys.size(), key, NO_PASSWORD.toCharArray(), chain);
            }
            return keys;
        } catch (GeneralSecurityException e) {
            throw new IOException("The certificates cannot be used: " + e.getMessage() + ".", e);
        }
    }

    /** Has new connections meet these certificates; those there are go on with what they have. */
    void use(KeyStore keys) throws IOException {
        try {
            factory.reload(changed -> factory.setKeyStore(keys));
        } catch (Exception e) {
            throw new IOException("The certificates cannot be used: " + e.getMessage() + ".", e);
        }
    }
}
