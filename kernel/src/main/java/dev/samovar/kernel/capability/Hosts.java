package dev.samovar.kernel.capability;

/**
 * Names of hosts, as programs and grants write them: which of them mean this OS. They are compared as text, and nothing is
 * looked up.
 */
public final class Hosts {
  /** The name under which this OS is granted and noted, whatever it was called. */
  public static final String THIS = "localhost";

  private static final int LONGEST = 253;

  private Hosts() {}

  /**
   * Whether a name means this OS: {@code localhost}, 127.0.0.0/8, {@code ::1}, the wildcards 0.0.0.0 and {@code ::}, and
   * no name at all; an IPv6 address also in brackets.
   */
  public static boolean isThis(String host) {
    String bare = bare(host);
    return bare.isEmpty() || bare.equals(THIS) || bare.equals("0.0.0.0") || bare.equals("::") || bare.equals("::1")
        || isLoopback(bare);
  }

  /** The form in which hosts are compared: {@link #THIS} for this OS; lower case, without brackets. */
  public static String canonical(String host) {
    return isThis(host) ? THIS : bare(host);
  }

  /** {@link #canonical} of the host in {@code host:port}, whose last colon it is. */
  public static String canonicalTarget(String target) {
    int colon = target.lastIndexOf(':');
    return canonical(target.substring(0, colon)) + target.substring(colon);
  }

  /** Whether a name could be a host's: letters, digits, {@code . - _}, and {@code :} in an IPv6 address. */
  public static boolean isName(String host) {
    String bare = bare(host);
    for (int i = 0; i < bare.length(); i++) {
      char c = bare.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' || c == ':')) {
        return false;
      }
    }
    return bare.length() <= LONGEST;
  }

  private static String bare(String host) {
    boolean bracketed = host.length() >= 2 && host.charAt(0) == '[' && host.charAt(host.length() - 1) == ']';
    String name = bracketed ? host.substring(1, host.length() - 1) : host;
    StringBuilder lower = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c);
    }
    return lower.toString();
  }

  /** A dotted quad that begins with 127. */
  private static boolean isLoopback(String host) {
    int part = -1;
    int parts = 1;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == '.') {
        if (part < 0 || parts == 1 && part != 127) {
          return false;
        }
        parts++;
        part = -1;
      } else if (c < '0' || c > '9') {
        return false;
      } else {
        part = part < 0 ? c - '0' : 10 * part + c - '0';
        if (part > 255) {
          return false;
        }
      }
    }
    return parts == 4 && part >= 0;
  }
}
