package dev.samovar.jvm;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileSystem.Cookies;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.fs.Vectors;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.memory.Arena;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The files of an OS. Paths are absolute; what goes wrong is an {@link OsException}. */
public final class OsFiles {
  /** What a path can stand for. */
  public enum Type { FILE, DIRECTORY, SYMLINK, DEVICE }

  private final Samovar os;
  private final Kernel kernel;
  private final FileSystem files;
  private final JvmMemory memory;
  private final Staging staging;
  private int temporaries;

  OsFiles(Samovar os, Kernel kernel, JvmMemory memory, Staging staging) {
    this.os = os;
    this.kernel = kernel;
    this.memory = memory;
    this.staging = staging;
    files = kernel.files;
  }

  /** Writes a file anew; its directory is there. */
  public void write(String path, byte[] contents) {
    synchronized (os) {
      int inode = open(path, FileSystem.CREATE | FileSystem.TRUNCATE | FileSystem.WRITE, "write");
      try {
        for (int at = 0; at < contents.length; ) {
          int n = Math.min(Staging.SIZE, contents.length - at);
          memory.write(staging.address, contents, at, n);
          int written = files.write(inode, at, vector(n), 1);
          if (written <= 0) {
            throw new OsException("write " + path, written == 0 ? Errno.ENOSPC : -written);
          }
          at += written;
        }
      } finally {
        files.inodes().release(inode);
      }
    }
  }

  /** Reads a whole file. */
  public byte[] read(String path) {
    synchronized (os) {
      int inode = open(path, 0, "read");
      try {
        return read(inode, path);
      } finally {
        files.inodes().release(inode);
      }
    }
  }

  /** Reads the whole file of an inode that somebody holds. */
  byte[] read(int inode, String path) {
    synchronized (os) {
      if (files.inodes().type(inode) != FileType.REGULAR) {
        throw new OsException("read " + path, Errno.EISDIR);
      }
      ByteArrayOutputStream contents = new ByteArrayOutputStream();
      byte[] piece = new byte[Staging.SIZE];
      for (;;) {
        int n = files.read(inode, contents.size(), vector(Staging.SIZE), 1);
        if (n <= 0) {
          return contents.toByteArray();
        }
        memory.read(staging.address, piece, 0, n);
        contents.write(piece, 0, n);
      }
    }
  }

  private int vector(int length) {
    int vectors = kernel.arena + Arena.VECTORS;
    Vectors.put(memory, vectors, 0, staging.address, length);
    return vectors;
  }

  private int open(String path, int flags, String what) {
    return answer(files.open(files.root(), staging.address, staging.put(path, 0), PathWalk.FOLLOW, flags),
        what + " " + path);
  }

  private static int answer(int resultOrError, String what) {
    if (resultOrError < 0) {
      throw new OsException(what, -resultOrError);
    }
    return resultOrError;
  }

  /** Makes a directory and those above it that are missing. */
  public void makeDirectories(String path) {
    synchronized (os) {
      for (int end = path.indexOf('/', 1); end >= 0; end = path.indexOf('/', end + 1)) {
        makeDirectory(path.substring(0, end));
      }
      makeDirectory(path);
    }
  }

  private void makeDirectory(String path) {
    int error = files.makeDirectory(files.root(), staging.address, staging.put(path, 0), 0);
    if (error != Errno.SUCCESS && error != Errno.EEXIST) {
      throw new OsException("make directory " + path, error);
    }
  }

  /** Makes a symlink. */
  public void symlink(String target, String path) {
    synchronized (os) {
      int targetLength = staging.put(target, 0);
      int length = staging.put(path, targetLength);
      answer(-files.makeSymlink(staging.address, targetLength, files.root(), staging.address + targetLength, length, 0),
          "symlink " + path);
    }
  }

  /** What a symlink says. */
  public String readSymlink(String path) {
    synchronized (os) {
      int inode = answer(files.lookup(files.root(), staging.address, staging.put(path, 0), 0), "read " + path);
      try {
        if (files.inodes().type(inode) != FileType.SYMLINK) {
          throw new OsException("read " + path, Errno.EINVAL);
        }
        byte[] target = new byte[files.targetLength(inode)];
        memory.read(files.target(inode), target, 0, target.length);
        return new String(target, StandardCharsets.UTF_8);
      } finally {
        files.inodes().release(inode);
      }
    }
  }

  /** What a path stands for, a symlink not followed; null if there is nothing. */
  public Type type(String path) {
    return type(path, 0);
  }

  private Type type(String path, int options) {
    synchronized (os) {
      int inode = files.lookup(files.root(), staging.address, staging.put(path, 0), options);
      if (inode == -Errno.ENOENT || inode == -Errno.ENOTDIR) {
        return null;
      }
      int type = files.inodes().type(answer(inode, "look at " + path));
      files.inodes().release(inode);
      return type == FileType.DIRECTORY ? Type.DIRECTORY : type == FileType.REGULAR ? Type.FILE
          : type == FileType.SYMLINK ? Type.SYMLINK : Type.DEVICE;
    }
  }

  /** What a path leads to, symlinks followed; null if that is nothing. */
  public Type kind(String path) {
    return type(path, PathWalk.FOLLOW);
  }

  /** A new directory whose name begins so. */
  String makeTemporary(String prefix) {
    synchronized (os) {
      String path = prefix + temporaries++;
      while (type(path) != null) {
        path = prefix + temporaries++;
      }
      makeDirectory(path);
      return path;
    }
  }

  /** The names in a directory, in no order. */
  public List<String> list(String path) {
    synchronized (os) {
      int directory = open(path, FileSystem.DIRECTORY, "list");
      List<String> names = new ArrayList<>();
      files.beginNames(directory);
      int entry = files.firstName(directory, Cookies.AFTER_PARENT);
      for (; entry != 0; entry = files.nextName(directory, entry)) {
        byte[] name = new byte[files.nameLengthOf(entry)];
        memory.read(files.nameOf(entry), name, 0, name.length);
        names.add(new String(name, StandardCharsets.UTF_8));
      }
      files.endNames(directory);
      files.inodes().release(directory);
      return names;
    }
  }
}
