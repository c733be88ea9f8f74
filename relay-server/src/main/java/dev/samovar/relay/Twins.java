package dev.samovar.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.CompressedContentFormat;
import org.eclipse.jetty.http.content.HttpContent;

/** Compressed twins of files, which the build puts beside them: {@code kernel.wasm.br} and {@code kernel.wasm.gz}. */
final class Twins {

    /** What a browser is given, the smaller first. */
    static final List<CompressedContentFormat> FORMATS = List.of(CompressedContentFormat.BR, CompressedContentFormat.GZIP);

    private Twins() {
    }

    /**
     * The formats in which a file lies beside itself. One that is older than the file is of an earlier build, and one in
     * another folder is of another file.
     */
    static Set<CompressedContentFormat> of(HttpContent content) {
        Path file = content.getResource() == null ? null : content.getResource().getPath();
        Set<CompressedContentFormat> formats = new LinkedHashSet<>();
        if (file != null && Files.isRegularFile(file)) {
            for (CompressedContentFormat format : FORMATS) {
                if (isTwin(file.resolveSibling(file.getFileName() + format.getExtension()), file)) {
                    formats.add(format);
                }
            }
        }
        return formats;
    }

    private static boolean isTwin(Path twin, Path file) {
        try {
            return Files.isRegularFile(twin)
                && Files.getLastModifiedTime(twin).compareTo(Files.getLastModifiedTime(file)) >= 0;
        } catch (IOException e) {
            return false;
        }
    }
}
