package dev.samovar.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.samovar.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/**
 * The folder of the command line, read-only, for who shows its token ({@code Authorization: Bearer …}):
 *
 * <pre>
 *   /project                    { name, watch, version, skipped }
 *   /project/zip                all of it
 *   /project/file?path=a/b      one file
 *   /project/changes?since=N    { version, changed: [{ path, kind, target }], removed: [path] }: waits for a change
 * </pre>
 */
final class ProjectApi extends Handler.Abstract {

    private static final String BASE = "/project";
    /** How long a request for changes waits for one; then it answers that there is none. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(25);
    /** Between two looks at the folder: at least this long, and long enough that looking takes a twentieth of the time. */
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int PAUSES_PER_SCAN = 20;
    private static final int TYPE_BITS_SHIFT = 16;

    private final ServerConfig.Project config;
    private final ProjectFolder folder;

    ProjectApi(ServerConfig.Project config) throws IOException {
        this.config = config;
        this.folder = new ProjectFolder(config.folder());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (!path.equals(BASE) && !path.startsWith(BASE + "/")) {
            return false;
        }
        String refusal = refusal(request);
        if (refusal != null) {
            Response.writeError(request, response, callback, HttpStatus.FORBIDDEN_403, refusal);
            return true;
        }
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        try {
            switch (path) {
                case BASE -> describe(response, callback);
                case BASE + "/zip" -> zip(response, callback);
                case BASE + "/file" -> file(request, response, callback);
                case BASE + "/changes" -> changes(request, response, callback);
                default -> Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404,
                    "There is no " + path + " here: there are /project, /project/zip, /project/file and /project/changes.");
            }
        } catch (NoSuchFileException e) {
            Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404,
                "There is no file " + e.getMessage() + " in the project, or its .gitignore leaves it out.");
        } catch (InterruptedException e) {
            Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "The server is being stopped.");
        } catch (NumberFormatException e) {
            Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400,
                "/project/changes takes since=N, the version that the page has.");
        }
        return true;
    }

    /** Why a request gets nothing; null if it does. Pages of other origins are turned away even with the token. */
    private String refusal(Request request) {
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && !origin.equals(Site.of(request).origin())) {
            return "The project is for the page of Samovar, not for " + origin + ".";
        }
        String site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin")) {
            return "The project is for the page of Samovar, which asks for it itself.";
        }
        String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (given == null || !MessageDigest.isEqual(given.getBytes(UTF_8), ("Bearer " + config.token()).getBytes(UTF_8))) {
            return "This needs the token of the project: open the address that ./samovar printed when it started.";
        }
        return null;
    }

    private void describe(Response response, Callback callback) throws IOException {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("version", folder.scan());
        answer.put("name", folder.name());
        answer.put("watch", config.watch());
        answer.put("skipped", folder.skipped());
        json(response, callback, answer);
    }

    private void zip(Response response, Callback callback) throws IOException {
        folder.scan();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/zip");
        OutputStream out = Content.Sink.asOutputStream(response);
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            // The way is short: what counts is the time.
            zip.setLevel(Deflater.BEST_SPEED);
            for (Map.Entry<String, ProjectFolder.Entry> each : folder.entries().entrySet()) {
                put(zip, each.getKey(), each.getValue());
            }
        }
        callback.succeeded();
    }

    /** Symlinks are left to {@link #changes}, which tells what they say: this class of Java's cannot write them. */
    private void put(ZipOutputStream zip, String path, ProjectFolder.Entry entry) throws IOException {
        if (entry.kind() == ProjectFolder.Kind.DIRECTORY) {
            zip.putNextEntry(new ZipEntry(path + "/"));
        } else if (entry.kind() == ProjectFolder.Kind.FILE) {
            try (InputStream in = folder.open(path)) {
                ZipEntry file = new ZipEntry(path);
                file.setLastModifiedTime(FileTime.fromMillis(entry.modifiedMs()));
                zip.putNextEntry(file);
                in.transferTo(zip);
            } catch (NoSuchFileException e) {
                return; // It was removed while we wrote; the next changes say so.
            }
        } else {
            return;
        }
        zip.closeEntry();
    }

    private void file(Request request, Response response, Callback callback) throws IOException {
        String path = parameter(request, "path");
        try (InputStream in = folder.open(path == null ? "" : path)) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
            try (OutputStream out = Content.Sink.asOutputStream(response)) {
                in.transferTo(out);
            }
        }
        callback.succeeded();
    }

    private void changes(Request request, Response response, Callback callback) throws Exception {
        String since = parameter(request, "since");
        long version = Long.parseLong(since == null ? "" : since);
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (;;) {
            long started = System.nanoTime();
            folder.scan();
            ProjectFolder.Changes changes = folder.changesAfter(version);
            long now = System.nanoTime();
            if (!changes.changed().isEmpty() || !changes.removed().isEmpty() || now > end || !config.watch()) {
                answer(response, callback, changes);
                return;
            }
            TimeUnit.NANOSECONDS.sleep(Math.max(SHORTEST_PAUSE_NANOS, PAUSES_PER_SCAN * (now - started)));
        }
    }

    private void answer(Response response, Callback callback, ProjectFolder.Changes changes) {
        Map<String, ProjectFolder.Entry> entries = folder.entries();
        List<Map<String, Object>> changed = changes.changed().stream().filter(entries::containsKey).map(path -> {
            ProjectFolder.Entry entry = entries.get(path);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("path", path);
            one.put("kind", entry.kind().name().toLowerCase(Locale.ROOT));
            one.put("target", entry.target());
            return one;
        }).toList();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("version", changes.version());
        answer.put("changed", changed);
        answer.put("removed", changes.removed());
        json(response, callback, answer);
    }

    private static String parameter(Request request, String name) {
        Fields.Field field = Request.extractQueryParameters(request, UTF_8).get(name);
        return field == null ? null : field.getValue();
    }

    private static void json(Response response, Callback callback, Map<String, Object> answer) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        Content.Sink.write(response, true, Json.write(answer), callback);
    }
}
