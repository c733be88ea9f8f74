package dev.samovar.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.CompressedContentFormat;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.http.content.HttpContent;
import org.eclipse.jetty.http.content.ResourceHttpContentFactory;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.AllowedResourceAliasChecker;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.Resource;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** The files of several folders as one tree: Jetty's resource handler, set up to be strict and never stale. */
final class StaticFiles extends ResourceHandler {

    private StaticFiles() {
        setWelcomeFiles(List.of("index.html"));
        setDirAllowed(false);
        setEtags(true);
        // Ask each time, get a 304: a rebuild must never leave a page made of two versions.
        setCacheControl("no-cache");
    }

    /**
     * Serves {@code roots}, the first that holds a file winning.
     *
     * @throws IOException with a sentence, when a root is not a folder
     */
    static Handler of(List<Path> roots) throws IOException {
        ContextHandler context = new ContextHandler("/");
        List<Resource> folders = new ArrayList<>();
        for (Path root : roots) {
            if (!Files.isDirectory(root)) {
                throw new IOException("There is no folder " + root + " to serve: build first.");
            }
            folders.add(ResourceFactory.of(context).newResource(root.toRealPath()));
        }
        context.setBaseResource(ResourceFactory.combine(folders));
        // Jetty's default follows a symlink wherever it leads; this one asks that the end lies in one of the roots.
        context.setAliasChecks(List.of(new AllowedResourceAliasChecker(context)));
        types(context.getMimeTypes());
        context.setHandler(new StaticFiles());
        return context;
    }

    /** Says what the files are, in UTF-8 where they are text. */
    private static void types(MimeTypes.Mutable types) {
        for (String script : List.of("js", "mjs")) {
            types.addMimeMapping(script, "text/javascript; charset=utf-8");
        }
        types.addMimeMapping("html", "text/html; charset=utf-8");
        types.addMimeMapping("css", "text/css; charset=utf-8");
        types.addMimeMapping("txt", "text/plain; charset=utf-8");
        types.addMimeMapping("map", "application/json");
        types.addMimeMapping("wasm", "application/wasm");
    }

    /** Reads each file when it is asked for: Jetty's own cache may be a second old, its mapped files change under it. */
    @Override
    protected HttpContent.Factory newHttpContentFactory(ByteBufferPool.Sized buffers) {
        HttpContent.Factory files = new ResourceHttpContentFactory(getBaseResource(), getMimeTypes(), buffers);
        return path -> {
            HttpContent file = files.getContent(path);
            return file == null ? null : new AsItIs(file);
        };
    }

    /** A file with no compressed twin. Left open, Jetty would set "Vary: Accept-Encoding" over the "Vary" of CORS. */
    private static final class AsItIs extends HttpContent.Wrapper {

        AsItIs(HttpContent file) {
            super(file);
        }

        @Override
        public Set<CompressedContentFormat> getPreCompressedContentFormats() {
            return Set.of();
        }
    }
}
