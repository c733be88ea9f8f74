package dev.samovar.kernel;

/**
 * Error numbers, with the values of WASI preview 1 ({@code errno} in wasi_snapshot_preview1.witx). Functions of the
 * kernel that answer a count or an address answer an error as its negative.
 */
public final class Errno {
  public static final int SUCCESS = 0;
  public static final int E2BIG = 1;
  public static final int EACCES = 2;
  public static final int EADDRINUSE = 3;
  public static final int EADDRNOTAVAIL = 4;
  public static final int EAFNOSUPPORT = 5;
  public static final int EAGAIN = 6;
  public static final int EALREADY = 7;
  public static final int EBADF = 8;
  public static final int EBUSY = 10;
  public static final int ECHILD = 12;
  public static final int ECONNABORTED = 13;
  public static final int ECONNREFUSED = 14;
  public static final int ECONNRESET = 15;
  public static final int EDESTADDRREQ = 17;
  public static final int EDQUOT = 19;
  public static final int EEXIST = 20;
  public static final int EFAULT = 21;
  public static final int EFBIG = 22;
  public static final int EHOSTUNREACH = 23;
  public static final int EILSEQ = 25;
  public static final int EINPROGRESS = 26;
  public static final int EINTR = 27;
  public static final int EINVAL = 28;
  public static final int EIO = 29;
  public static final int EISCONN = 30;
  public static final int EISDIR = 31;
  public static final int ELOOP = 32;
  public static final int EMFILE = 33;
  public static final int EMLINK = 34;
  public static final int EMSGSIZE = 35;
  public static final int ENAMETOOLONG = 37;
  public static final int ENETUNREACH = 40;
  public static final int ENOBUFS = 42;
  public static final int ENODEV = 43;
  public static final int ENOENT = 44;
  public static final int ENOEXEC = 45;
  public static final int ENOMEM = 48;
  public static final int ENOPROTOOPT = 50;
  public static final int ENOSPC = 51;
  public static final int ENOSYS = 52;
  public static final int ENOTCONN = 53;
  public static final int ENOTDIR = 54;
  public static final int ENOTEMPTY = 55;
  public static final int ENOTSOCK = 57;
  public static final int ENOTSUP = 58;
  public static final int ENXIO = 60;
  public static final int EOVERFLOW = 61;
  public static final int EPERM = 63;
  public static final int EPIPE = 64;
  public static final int EPROTONOSUPPORT = 66;
  public static final int ESPIPE = 70;
  public static final int ESRCH = 71;
  public static final int ETIMEDOUT = 73;
  public static final int EXDEV = 75;
  public static final int ENOTCAPABLE = 76;

  private Errno() {}

  /** The name of an error number, such as {@code ENOENT}. */
  public static String nameOf(int errno) {
    switch (errno) {
      case SUCCESS: return "SUCCESS";
      case E2BIG: return "E2BIG";
      case EACCES: return "EACCES";
      case EADDRINUSE: return "EADDRINUSE";
      case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
      case EAFNOSUPPORT: return "EAFNOSUPPORT";
      case EAGAIN: return "EAGAIN";
      case EALREADY: return "EALREADY";
      case EBADF: return "EBADF";
      case EBUSY: return "EBUSY";
      case ECHILD: return "ECHILD";
      case ECONNABORTED: return "ECONNABORTED";
      case ECONNREFUSED: return "ECONNREFUSED";
      case ECONNRESET: return "ECONNRESET";
      case EDESTADDRREQ: return "EDESTADDRREQ";
      case EDQUOT: return "EDQUOT";
      case EEXIST: return "EEXIST";
      case EFAULT: return "EFAULT";
      case EFBIG: return "EFBIG";
      case EHOSTUNREACH: return "EHOSTUNREACH";
      case EILSEQ: return "EILSEQ";
      case EINPROGRESS: return "EINPROGRESS";
      case EINTR: return "EINTR";
      case EINVAL: return "EINVAL";
      case EIO: return "EIO";
      case EISCONN: return "EISCONN";
      case EISDIR: return "EISDIR";
      case ELOOP: return "ELOOP";
      case EMFILE: return "EMFILE";
      case EMLINK: return "EMLINK";
      case EMSGSIZE: return "EMSGSIZE";
      case ENAMETOOLONG: return "ENAMETOOLONG";
      case ENETUNREACH: return "ENETUNREACH";
      case ENOBUFS: return "ENOBUFS";
      case ENODEV: return "ENODEV";
      case ENOENT: return "ENOENT";
      case ENOEXEC: return "ENOEXEC";
      case ENOMEM: return "ENOMEM";
      case ENOPROTOOPT: return "ENOPROTOOPT";
      case ENOSPC: return "ENOSPC";
      case ENOSYS: return "ENOSYS";
      case ENOTCONN: return "ENOTCONN";
      case ENOTDIR: return "ENOTDIR";
      case ENOTEMPTY: return "ENOTEMPTY";
      case ENOTSOCK: return "ENOTSOCK";
      case ENOTSUP: return "ENOTSUP";
      case ENXIO: return "ENXIO";
      case EOVERFLOW: return "EOVERFLOW";
      case EPERM: return "EPERM";
      case EPIPE: return "EPIPE";
      case EPROTONOSUPPORT: return "EPROTONOSUPPORT";
      case ESPIPE: return "ESPIPE";
      case ESRCH: return "ESRCH";
      case ETIMEDOUT: return "ETIMEDOUT";
      case EXDEV: return "EXDEV";
      case ENOTCAPABLE: return "ENOTCAPABLE";
      default: return "E" + errno;
    }
  }
}
