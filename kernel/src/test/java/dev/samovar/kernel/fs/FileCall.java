package dev.samovar.kernel.fs;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Histories;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;

/** A call of the file system: what, the path, and a second path, a target or a text. */
record FileCall(Kind kind, String path, String other) {
  enum Kind { CREATE, MKDIR, SYMLINK, UNLINK, RMDIR, LINK, RENAME, APPEND, READ, LIST }

  /** A worker that makes such calls on the real thing, in a directory that it takes for the root. */
  static final class Caller implements Histories.Doer<FileCall> {
    private final Tree tree;
    private final Buffers buffers;

    Caller(Tree tree) {
      this.tree = tree;
      buffers = new Buffers(tree.kernel);
    }

    @Override
    public String call(FileCall call) {
      String path = call.path;
      return switch (call.kind) {
        case CREATE -> tree.create(path);
        case MKDIR -> tree.mkdir(path);
        case SYMLINK -> tree.symlink(call.other, path);
        case UNLINK -> tree.unlink(path);
        case RMDIR -> tree.rmdir(path);
        case LINK -> tree.link(path, call.other);
        case RENAME -> tree.rename(path, call.other);
        case APPEND -> {
          int inode = tree.openInode(path, FileSystem.CREATE | FileSystem.WRITE, PathWalk.FOLLOW);
          if (inode < 0) {
            yield Errno.nameOf(-inode);
          }
          buffers.of(call.other.getBytes(StandardCharsets.UTF_8));
          int n = tree.files.write(inode, -1, buffers.vectors(), buffers.count());
          tree.files.inodes().release(inode);
          yield n == buffers.total() ? Tree.OK : Errno.nameOf(-n);
        }
        case READ -> open(path, 0, inode -> tree.files.inodes().type(inode) == FileType.DIRECTORY ? "EISDIR"
            : "'" + tree.read(inode) + "'");
        case LIST -> open(path, FileSystem.DIRECTORY, inode -> new TreeSet<>(tree.list(inode)).toString());
      };
    }

    private String open(String path, int flags, java.util.function.IntFunction<String> then) {
      int inode = tree.openInode(path, flags, PathWalk.FOLLOW);
      if (inode < 0) {
        return Errno.nameOf(-inode);
      }
      String answer = then.apply(inode);
      tree.files.inodes().release(inode);
      return answer;
    }

    /** The whole tree in words, as {@link ReferenceFiles#state}. */
    String state() {
      return describe("");
    }

    private String describe(String path) {
      if (!path.isEmpty()) {
        int inode = tree.lookup(path);
        int type = tree.files.inodes().type(inode);
        String text = type == FileType.SYMLINK ? "->" + target(inode)
            : type == FileType.REGULAR ? "'" + tree.read(inode) + "'" : null;
        tree.files.inodes().release(inode);
        if (text != null) {
          return text;
        }
      }
      StringBuilder text = new StringBuilder("{");
      for (String name : new TreeSet<>(tree.list(path.isEmpty() ? "." : path))) {
        text.append(name).append(' ').append(describe(path.isEmpty() ? name : path + "/" + name)).append(' ');
      }
      return text.append('}').toString();
    }

    private String target(int inode) {
      byte[] bytes = new byte[tree.files.targetLength(inode)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) tree.kernel.memory.getByte(tree.files.target(inode) + i);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
