package dev.samovar.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.CompressedContentFormat;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.http.content.HttpContent;
import org.eclipse.jetty.http.content.ResourceHttpContentFactory;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.AllowedResourceAliasChecker;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.Resource;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** The files of several folders as one tree: Jetty's resource handler, set up to be strict and never stale. */
final class StaticFiles extends ResourceHandler {

    /** Ask each time, get a 304: a rebuild must never leave a page made of two versions. */
    private static final String ASK = "no-cache";
    /** A file whose name is the hash of what is in it is never another one. */
    private static final String KEEP = "public, max-age=31536000, immutable";
    private static final Pattern HASH_IN_NAME = Pattern.compile("/[0-9a-f]{64}\\.[a-z]+$");

    private final boolean hashed;
    private final boolean compressed;

    /** The files whose names are hashes, or all the others. */
    private StaticFiles(boolean hashed, boolean compressed) {
        this.hashed = hashed;
        this.compressed = compressed;
        setWelcomeFiles(List.of("index.html"));
        setDirAllowed(false);
        setEtags(true);
        setPrecompressedFormats(Twins.FORMATS);
        setCacheControl(hashed ? KEEP : ASK);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return HASH_IN_NAME.matcher(Request.getPathInContext(request)).find() == hashed
            && super.handle(request, response, callback);
    }

    /**
     * Serves {@code roots}, the first that holds a file winning.
     *
     * @param compressed whether a browser is given a file's compressed twin. Jetty then sets "Vary: Accept-Encoding" over
     *                   the "Vary" of CORS, so that the two do not go together
     * @throws IOException with a sentence, when a root is not a folder
     */
    static Handler of(List<Path> roots, boolean compressed) throws IOException {
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
        context.setHandler(new Handler.Sequence(new StaticFiles(true, compressed), new StaticFiles(false, compressed)));
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
            return file == null ? null : new WithTwins(file, compressed);
        };
    }

    /** A file, with the twins that it has now. */
    private static final class WithTwins extends HttpContent.Wrapper {

        private final boolean compressed;

        WithTwins(HttpContent file, boolean compressed) {
            super(file);
            this.compressed = compressed;
        }

        @Override
        public Set<CompressedContentFormat> getPreCompressedContentFormats() {
            return compressed ? Twins.of(getWrapped()) : Set.of();
        }
    }
}
