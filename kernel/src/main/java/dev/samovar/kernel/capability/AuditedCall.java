package dev.samovar.kernel.capability;

/**
 * The calls that the audit ring names. Those of preview 1 that need a right have the number of that right's bit
 * ({@code fs.Rights}).
 */
public final class AuditedCall {
  public static final int CLOCK = 32;
  public static final int RANDOM = 33;
  public static final int LISTEN = 34;
  public static final int CONNECT = 35;
  public static final int SPAWN = 36;

  private static final String[] NAMES = {
    "fd_datasync", "fd_read", "fd_seek", "fd_fdstat_set_flags", "fd_sync", "fd_tell", "fd_write", "fd_advise",
    "fd_allocate", "path_create_directory", "path_open", "path_link", "path_link", "path_open", "fd_readdir",
    "path_readlink", "path_rename", "path_rename", "path_filestat_get", "path_open", "path_filestat_set_times",
    "fd_filestat_get", "fd_filestat_set_size", "fd_filestat_set_times", "path_symlink", "path_remove_directory",
    "path_unlink_file", "poll_oneoff", "sock_shutdown", "sock_accept", "", "", "clock_time_get", "random_get", "listen",
    "connect", "spawn",
  };

  private AuditedCall() {}

  public static String nameOf(int call) {
    return call >= 0 && call < NAMES.length ? NAMES[call] : "call " + call;
  }
}
