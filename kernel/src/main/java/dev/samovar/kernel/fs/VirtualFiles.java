package dev.samovar.kernel.fs;

/**
 * Directories whose names are made up when somebody looks, as those of {@code /proc}. The inode of such a directory has a
 * {@link Inodes#node} other than 0; what is found in it is an inode of its own each time, which goes with its last holder.
 * Nothing is locked when these are called.
 */
public interface VirtualFiles {
  /** {@link Inodes#node} of a regular file that holds what there was to be read when it was looked up. */
  int SNAPSHOT = 1;

  /** {@link Inodes#node} of a device that its process may use whatever files it is granted: it concerns that process only. */
  int OWN = 9;

  /** {@code /dev/tcp}; a host in it, whose name the inode's subject is; {@code /dev/tcp-listen}. */
  int TCP = 5;
  int HOST = 6;
  int TCP_LISTEN = 7;

  /** Whether what lies in a directory is granted as network, and not as files. */
  static boolean isNetwork(int node) {
    return node >= TCP && node <= TCP_LISTEN;
  }

  /** The inode that a name in a virtual directory stands for, held for the caller; 0 if there is none; -EPERM. */
  int child(int directory, int name, int length);

  /**
   * Writes a directory's first name whose number is greater than {@code number} to {@code to}.
   *
   * @param number from -1
   * @return the name's number, -1 at the end; {@link #nameLength} and {@link #nameType} then say the rest
   */
  int next(int directory, int number, int to);

  /** Bytes of the name that {@link #next} wrote. */
  int nameLength();

  /** The {@link FileType} of what that name stands for. */
  int nameType();
}
