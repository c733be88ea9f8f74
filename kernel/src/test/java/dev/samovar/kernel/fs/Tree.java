package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.memory.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker's file system by path strings, from one directory on. Answers are errnos by name, so that a failing test
 * can be read.
 */
final class Tree {
  static final String OK = "SUCCESS";

  final Kernel kernel;
  final FileSystem files;
  private final int base;
  private final int options;
  private final Buffers buffers;

  /** From the root, as the kernel's own walks. */
  Tree(Kernel kernel) {
    this(kernel, kernel.files.root(), 0);
  }

  Tree(Kernel kernel, int base, int options) {
    this.kernel = kernel;
    this.base = base;
    this.options = options;
    files = kernel.files;
    buffers = new Buffers(kernel);
  }

  private int put(int field, String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length && i < 4096; i++) {
      kernel.memory.putByte(kernel.arena + field + i, bytes[i]);
    }
    return kernel.arena + field;
  }

  private int path(String path) {
    return put(Arena.PATH, path);
  }

  private static int length(String path) {
    return path.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String name(int errno) {
    return Errno.nameOf(errno);
  }

  /** The inode, held, or a negative errno. */
  int lookup(String path, int more) {
    return files.lookup(base, path(path), length(path), options | more);
  }

  int lookup(String path) {
    return lookup(path, 0);
  }

  /** The inode, held, or a negative errno. */
  int openInode(String path, int flags, int more) {
    return files.open(base, path(path), length(path), options | more, flags);
  }

  /** Opens and lets go again: whether it worked. */
  String open(String path, int flags) {
    return letGo(openInode(path, flags, PathWalk.FOLLOW));
  }

  String find(String path) {
    return letGo(lookup(path, PathWalk.FOLLOW));
  }

  private String letGo(int inode) {
    if (inode < 0) {
      return name(-inode);
    }
    files.inodes().release(inode);
    return OK;
  }

  String create(String path) {
    return open(path, FileSystem.CREATE | FileSystem.EXCLUSIVE);
  }

  String mkdir(String path) {
    return name(files.makeDirectory(base, path(path), length(path), options));
  }

  String rmdir(String path) {
    return name(files.removeDirectory(base, path(path), length(path), options));
  }

  String unlink(String path) {
    return name(files.unlink(base, path(path), length(path), options));
  }

  String symlink(String target, String path) {
    int to = put(Arena.OTHER_PATH, target);
    return name(files.makeSymlink(to, length(target), base, path(path), length(path), options));
  }

  String link(String from, String to) {
    return link(from, 0, to);
  }

  String link(String from, int fromOptions, String to) {
    int other = put(Arena.OTHER_PATH, to);
    return name(files.link(base, path(from), length(from), options | fromOptions, base, other, length(to), options));
  }

  String rename(String from, String to) {
    return rename(from, this, to);
  }

  String rename(String from, Tree other, String to) {
    int second = put(Arena.OTHER_PATH, to);
    return name(files.rename(base, path(from), length(from), options, other.base, second, length(to), other.options));
  }

  /** Writes a file from its start, making it if need be. */
  void write(String path, String text) {
    int inode = openInode(path, FileSystem.CREATE | FileSystem.TRUNCATE | FileSystem.WRITE, PathWalk.FOLLOW);
    assertTrue(inode > 0, () -> path + ": " + name(-inode));
    buffers.of(text.getBytes(StandardCharsets.UTF_8));
    assertEquals(text.length(), files.write(inode, 0, buffers.vectors(), buffers.count()));
    files.inodes().release(inode);
  }

  /** Reads a whole file. */
  String read(String path) {
    int inode = lookup(path, PathWalk.FOLLOW);
    assertTrue(inode > 0, () -> path + ": " + name(-inode));
    String text = read(inode);
    files.inodes().release(inode);
    return text;
  }

  String read(int inode) {
    buffers.room(100_000);
    int n = files.read(inode, 0, buffers.vectors(), buffers.count());
    assertTrue(n >= 0, () -> name(-n));
    return new String(buffers.taken(n), StandardCharsets.UTF_8);
  }

  /** How many names a file has. */
  int links(String path) {
    int inode = lookup(path);
    assertTrue(inode > 0, () -> path + ": " + name(-inode));
    int links = files.inodes().links(inode);
    files.inodes().release(inode);
    return links;
  }

  /** All names in a directory, in the order of their cookies. */
  List<String> list(String path) {
    int directory = lookup(path, PathWalk.FOLLOW);
    assertTrue(directory > 0, () -> path + ": " + name(-directory));
    List<String> names = list(directory);
    files.inodes().release(directory);
    return names;
  }

  List<String> list(int directory) {
    List<String> names = new ArrayList<>();
    files.beginNames(directory);
    for (int entry = files.firstName(directory, FileSystem.Cookies.AFTER_PARENT); entry != 0; entry = files.nextName(directory, entry)) {
      names.add(nameOf(entry));
    }
    files.endNames(directory);
    return names;
  }

  /** The text of a name. */
  String nameOf(int entry) {
    byte[] bytes = new byte[files.nameLengthOf(entry)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) kernel.memory.getByte(files.nameOf(entry) + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
