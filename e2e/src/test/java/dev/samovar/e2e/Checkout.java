package dev.samovar.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** The files of this checkout that tests use. */
final class Checkout {

    /** Surefire says where the module is; elsewhere the module is the working directory. */
    private static final Path ROOT =
        Path.of(System.getProperty("basedir", "")).toAbsolutePath().normalize().getParent();

    private Checkout() {
    }

    static Path path(String relative) {
        return ROOT.resolve(relative);
    }

    static Path guest(String name) {
        return path("e2e/guests/" + name + ".wasm");
    }

    static String base64(String relative) {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(path(relative)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
