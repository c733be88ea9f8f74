package dev.samovar.relay;

import dev.samovar.protocol.GitIgnore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A folder of this machine as a page may see it: what its {@code .gitignore} files leave out is not there, and a symlink is
 * there only if it leads to something inside. Files are known by their paths in the last {@link #scan}, and by nothing
 * else, so that no path that a request makes up can lead anywhere.
 */
final class ProjectFolder {

    /** What can be in a folder. */
    enum Kind { DIRECTORY, FILE, SYMLINK }

    /**
     * Something in the folder.
     *
     * @param size       in bytes
     * @param modifiedMs since 1970
     * @param target     what a symlink says; null for anything else
     */
    record Entry(Kind kind, long size, long modifiedMs, String target) {
    }

    /**
     * What changed after some version.
     *
     * @param version the version now
     * @param changed paths of what is new or another, directories before what is in them
     * @param removed paths of what is gone
     */
    record Changes(long version, List<String> changed, List<String> removed) {
    }

    private final Path root;
    private Map<String, Entry> entries = Map.of();
    /** For each path that ever changed, the version with its last change. */
    private final Map<String, Long> changes = new LinkedHashMap<>();
    private long version;
    private List<String> skipped = List.of();

    ProjectFolder(Path folder) throws IOException {
        root = folder.toRealPath();
    }

    String name() {
        return root.getFileName() == null ? "project" : root.getFileName().toString();
    }

    /** What was left out at the last scan: the tops of it, a directory with a slash at its end. */
    synchronized List<String> skipped() {
        return skipped;
    }

    /** Looks at the whole folder. Answers the version, which moves on with each scan that finds a change. */
    synchronized long scan() throws IOException {
        Scan scan = new Scan();
        scan.directory(root, "");
        TreeSet<String> different = new TreeSet<>();
        scan.found.forEach((path, entry) -> {
            if (!entry.equals(entries.get(path))) {
                different.add(path);
            }
        });
        entries.keySet().stream().filter(path -> !scan.found.containsKey(path)).forEach(different::add);
        if (!different.isEmpty()) {
            version++;
            different.forEach(path -> changes.put(path, version));
        }
        entries = scan.found;
        skipped = scan.skipped;
        return version;
    }

    /** What the scans after {@code since} have found. */
    synchronized Changes changesAfter(long since) {
        List<String> changed = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        changes.forEach((path, when) -> {
            if (when > since) {
                Entry entry = entries.get(path);
                (entry == null ? removed : changed).add(path);
            }
        });
        changed.sort(null);
        removed.sort(null);
        return new Changes(version, changed, removed);
    }

    /** Everything that there is, by path ({@code a/b}), directories before what is in them. */
    synchronized Map<String, Entry> entries() {
        return entries;
    }

    /**
     * Opens a file.
     *
     * @throws NoSuchFileException if the last scan saw no such file, or if it is another thing by now
     */
    InputStream open(String path) throws IOException {
        Entry entry = entries().get(path);
        if (entry == null || entry.kind != Kind.FILE) {
            throw new NoSuchFileException(path);
        }
        Path file = root.resolve(path);
        // A folder on the way may have become a link since.
        if (!file.toRealPath().equals(file)) {
            throw new NoSuchFileException(path);
        }
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** One look at the folder. */
    private final class Scan {
        final Map<String, Entry> found = new LinkedHashMap<>();
        final List<String> skipped = new ArrayList<>();
        private final GitIgnore ignore = new GitIgnore();

        /** {@code prefix} is empty, or ends with a slash. */
        void directory(Path directory, String prefix) throws IOException {
            String path = prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1);
            ignore.addDirectory(path, name -> textOf(directory.resolve(name)));
            List<Path> children = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                stream.forEach(children::add);
            }
            children.sort(null);
            for (Path child : children) {
                try {
                    child(child, prefix + child.getFileName());
                } catch (NoSuchFileException e) {
                    // It was removed while we looked.
                }
            }
        }

        private static String textOf(Path file) throws IOException {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : null;
        }

        private void child(Path child, String path) throws IOException {
            BasicFileAttributes is = Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (ignore.matches("/" + path, is.isDirectory())) {
                skipped.add(is.isDirectory() ? path + "/" : path);
            } else if (is.isDirectory()) {
                found.put(path, new Entry(Kind.DIRECTORY, 0, 0, null));
                directory(child, path + "/");
            } else if (is.isRegularFile()) {
                found.put(path, new Entry(Kind.FILE, is.size(), is.lastModifiedTime().toMillis(), null));
            } else if (is.isSymbolicLink() && leadsInside(child)) {
                found.put(path, new Entry(Kind.SYMLINK, 0, 0, Files.readSymbolicLink(child).toString()));
            } else {
                skipped.add(path);
            }
        }

        /** Only a relative link can mean the same in the OS. */
        private boolean leadsInside(Path link) throws IOException {
            Path target = Files.readSymbolicLink(link);
            if (target.isAbsolute() || !link.getParent().resolve(target).normalize().startsWith(root)) {
                return false;
            }
            try {
                return link.toRealPath().startsWith(root);
            } catch (IOException e) {
                return true; // It leads nowhere, and that is inside.
            }
        }
    }
}
