package dev.samovar.kernel.fs;

/** Kinds of files, with the values of {@code filetype} in wasi_snapshot_preview1.witx. */
public final class FileType {
  public static final int UNKNOWN = 0;
  public static final int CHARACTER_DEVICE = 2;
  public static final int DIRECTORY = 3;
  public static final int REGULAR = 4;
  public static final int SOCKET_STREAM = 6;
  public static final int SYMLINK = 7;

  private FileType() {}
}
