package dev.samovar.jvm;

import dev.samovar.protocol.GitIgnore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A folder of this machine, copied into an OS, and on demand what became of it there written back. What its
 * {@code .gitignore} files leave out stays where it is, and so does a symlink that leads out of it; nothing outside of the
 * folder is read or written.
 */
public final class ProjectCopy {
  private static final String BESIDE = ".samovar-new-";

  /**
   * What was copied.
   *
   * @param sha256 of a file; null for a directory
   * @param target of a symlink; null for anything else
   * @param modified the file's time then
   */
  private record Seen(String sha256, String target, FileTime modified) {
    boolean isDirectory() {
      return sha256 == null && target == null;
    }
  }

  /** What writing back did: paths in the folder, and sentences about what could not be done. */
  public record Written(List<String> changed, List<String> removed, List<String> problems) {}

  private final Path root;
  private final OsFiles files;
  private final String at;
  private final Map<String, Seen> seen = new LinkedHashMap<>();
  private final List<String> skipped = new ArrayList<>();

  private ProjectCopy(Path root, OsFiles files, String at) {
    this.root = root;
    this.files = files;
    this.at = at;
  }

  /**
   * Copies a folder into an OS.
   *
   * @param at where to, an absolute path
   * @throws OsException ENOSPC if there is no room
   */
  public static ProjectCopy of(Path folder, OsFiles files, String at) throws IOException {
    ProjectCopy copy = new ProjectCopy(folder.toRealPath(), files, at);
    files.makeDirectories(at);
    copy.copyDirectory(copy.root, "", new GitIgnore());
    return copy;
  }

  /** Bytes of all regular files of a folder: an estimate of what it takes. */
  static long size(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      return all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).mapToLong(path -> path.toFile().length())
          .sum();
    }
  }

  /** What was left out: a directory with a slash at its end. */
  public List<String> skipped() {
    return skipped;
  }

  private void copyDirectory(Path directory, String prefix, GitIgnore ignore) throws IOException {
    ignore.addDirectory(prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1),
        name -> textOf(directory.resolve(name)));
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    }
    children.sort(null);
    for (Path child : children) {
      try {
        copy(child, prefix + child.getFileName(), ignore);
      } catch (NoSuchFileException e) {
        // It was removed while we looked.
      }
    }
  }

  private static String textOf(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? new String(read(file), StandardCharsets.UTF_8) : null;
  }

  private void copy(Path child, String path, GitIgnore ignore) throws IOException {
    BasicFileAttributes is = attributes(child);
    if (ignore.matches("/" + path, is.isDirectory())) {
      skipped.add(is.isDirectory() ? path + "/" : path);
    } else if (is.isDirectory()) {
      files.makeDirectories(at + "/" + path);
      seen.put(path, new Seen(null, null, null));
      copyDirectory(child, path + "/", ignore);
    } else if (is.isRegularFile()) {
      byte[] contents = read(child);
      files.write(at + "/" + path, contents);
      seen.put(path, new Seen(Program.sha256(contents), null, is.lastModifiedTime()));
    } else if (is.isSymbolicLink() && leadsInside(path, Files.readSymbolicLink(child).toString())) {
      String target = Files.readSymbolicLink(child).toString();
      files.symlink(target, at + "/" + path);
      seen.put(path, new Seen(null, target, null));
    } else {
      skipped.add(path);
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return in.readAllBytes();
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a symlink means the same here and in the OS, and stays inside: by its text, and where it really leads. */
  private boolean leadsInside(String path, String target) {
    Path link = root.resolve(path);
    Path to = Path.of(target);
    if (to.isAbsolute() || !link.getParent().resolve(to).normalize().startsWith(root)) {
      return false;
    }
    try {
      return link.getParent().resolve(to).toRealPath().startsWith(root);
    } catch (IOException e) {
      return true; // It leads nowhere, and that is inside.
    }
  }

  /**
   * Writes back what is new, changed or gone. First everything that is written is written beside its place, so that a full
   * disk changes nothing; then each is renamed into its place. What has changed here meanwhile is left as it is.
   */
  public Written writeBack() {
    return new WriteBack().run();
  }

  private final class WriteBack {
    private final Map<String, String> now = new TreeMap<>();
    private final Map<String, Path> beside = new LinkedHashMap<>();
    private final List<Path> made = new ArrayList<>();
    private final List<String> changed = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Written run() {
      Set<String> left = new LinkedHashSet<>(seen.keySet());
      try {
        look("");
        left.removeAll(now.keySet());
        for (Map.Entry<String, String> each : now.entrySet()) {
          prepare(each.getKey(), each.getValue());
        }
      } catch (IOException | OsException | SecurityException e) {
        undo();
        return new Written(List.of(), List.of(), List.of("Nothing was written back, and nothing was lost: " + e));
      }
      beside.forEach(this::put);
      List<String> deepestFirst = new ArrayList<>(left);
      deepestFirst.sort((a, b) -> b.length() - a.length());
      deepestFirst.forEach(this::remove);
      return new Written(changed, removed, problems);
    }

    /** Notes what there is now: names, and the targets of symlinks. */
    private void look(String prefix) {
      for (String name : files.list(prefix.isEmpty() ? at : at + "/" + prefix.substring(0, prefix.length() - 1))) {
        String path = prefix + name;
        OsFiles.Type type = files.type(at + "/" + path);
        if (name.startsWith(BESIDE) || name.indexOf('\0') >= 0) {
          problems.add(path + " cannot have that name here; it was not written.");
        } else if (type == OsFiles.Type.SYMLINK) {
          now.put(path, files.readSymlink(at + "/" + path));
        } else if (type == OsFiles.Type.DIRECTORY || type == OsFiles.Type.FILE) {
          now.put(path, "");
          if (type == OsFiles.Type.DIRECTORY) {
            look(path + "/");
          }
        } else {
          problems.add(path + " is neither a file nor a directory; it was not written.");
        }
      }
    }

    private void prepare(String path, String target) throws IOException {
      Seen before = seen.get(path);
      OsFiles.Type type = files.type(at + "/" + path);
      Path here = root.resolve(path);
      if (!here.normalize().equals(here) || !here.startsWith(root)) {
        problems.add(path + " is no name for a file here; it was not written.");
      } else if (type == OsFiles.Type.DIRECTORY) {
        if (before == null && isInside(path) && !Files.isDirectory(here, LinkOption.NOFOLLOW_LINKS)) {
          if (Files.exists(here, LinkOption.NOFOLLOW_LINKS)) {
            problems.add(path + "/ is something else here, which was left out; it was not written.");
          } else {
            Files.createDirectory(here);
            made.add(here);
            changed.add(path + "/");
          }
        }
      } else if (type == OsFiles.Type.SYMLINK) {
        if (before == null || !target.equals(before.target)) {
          prepareSymlink(path, target);
        }
      } else {
        byte[] contents = files.read(at + "/" + path);
        if ((before == null || !Program.sha256(contents).equals(before.sha256)) && mayReplace(path, before)) {
          beside.put(path, write(here, contents));
        }
      }
    }

    private void prepareSymlink(String path, String target) throws IOException {
      if (!leadsInside(path, target)) {
        problems.add(path + " is a symlink to " + target + ", out of the project; it was not written.");
      } else if (mayReplace(path, seen.get(path))) {
        Path link = root.resolve(path).resolveSibling(BESIDE + System.nanoTime());
        beside.put(path, Files.createSymbolicLink(link, Path.of(target)));
      }
    }

    /** Whether what is at a path here is what was copied: nothing that has come, gone or changed since is lost. */
    private boolean mayReplace(String path, Seen before) throws IOException {
      Path here = root.resolve(path);
      if (!isInside(path)) {
        problems.add(path + ": its directory leads out of the project here; it was not written.");
        return false;
      }
      boolean same = before == null ? !Files.exists(here, LinkOption.NOFOLLOW_LINKS) : isAsSeen(here, before);
      if (!same) {
        problems.add(path + (before == null ? " is here already, and was not copied in" : " has changed here meanwhile")
            + "; it was not written.");
      }
      return same;
    }

    private boolean isAsSeen(Path here, Seen before) throws IOException {
      if (!Files.exists(here, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      BasicFileAttributes is = attributes(here);
      return before.isDirectory() ? is.isDirectory()
          : before.target != null ? is.isSymbolicLink() && before.target.equals(Files.readSymbolicLink(here).toString())
          : is.isRegularFile() && is.lastModifiedTime().equals(before.modified);
    }

    /** Whether the directory of a path is really in the folder, and no symlink on the way. */
    private boolean isInside(String path) {
      Path directory = root.resolve(path).getParent();
      try {
        return directory.toRealPath().equals(directory);
      } catch (IOException e) {
        return false;
      }
    }

    private Path write(Path here, byte[] contents) throws IOException {
      Path file = here.resolveSibling(BESIDE + System.nanoTime());
      made.add(file);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = Channels.newOutputStream(channel)) {
        out.write(contents);
        channel.force(false);
      }
      if (Files.isRegularFile(here, LinkOption.NOFOLLOW_LINKS) && supportsPermissions(here)) {
        Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(here, LinkOption.NOFOLLOW_LINKS));
      }
      return file;
    }

    private boolean supportsPermissions(Path path) {
      return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private void put(String path, Path from) {
      try {
        Path here = root.resolve(path);
        if (!isInside(path)) {
          throw new IOException("its directory leads out of the project");
        }
        if (seen.get(path) != null && seen.get(path).isDirectory()) {
          Files.delete(here);
        }
        Files.move(from, here, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        changed.add(path);
      } catch (IOException e) {
        problems.add(path + " could not be put into its place (" + e + "); its new contents are in " + from);
      }
    }

    private void remove(String path) {
      Path here = root.resolve(path);
      try {
        if (isInside(path) && Files.exists(here, LinkOption.NOFOLLOW_LINKS)) {
          if (isAsSeen(here, seen.get(path))) {
            Files.delete(here);
            removed.add(path);
          } else {
            problems.add(path + " was removed, and has changed here meanwhile; it was not removed here.");
          }
        }
      } catch (IOException e) {
        // A directory with things that were left out stays.
        problems.add(path + " was removed, and is still here: " + e);
      }
    }

    private void undo() {
      beside.values().forEach(this::drop);
      for (int i = made.size() - 1; i >= 0; i--) {
        drop(made.get(i));
      }
    }

    private void drop(Path path) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        problems.add(path + " is left over: " + e);
      }
    }
  }
}
