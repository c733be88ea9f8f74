package dev.samovar.protocol.http;

/** A cookie as Set-Cookie names it (RFC 6265bis §5.6, §5.7). */
final class Cookie {
  /** Characters of name and value together, and of an attribute's value. */
  private static final int MAX_PAIR = 4096;
  private static final int MAX_ATTRIBUTE = 1024;
  /** A cookie lives for so long at most (§5.5): 400 days, in seconds. */
  private static final long MAX_AGE = 400L * 24 * 60 * 60;
  /** {@link #expires} of one that lives as long as its jar. */
  static final long SESSION = Long.MAX_VALUE;

  final String name;
  final String value;
  String path;
  /** ms since 1970. */
  long expires = SESSION;
  boolean httpOnly;

  private Cookie(String name, String value, String path) {
    this.name = name;
    this.value = value;
    this.path = path;
  }

  /**
   * Reads a Set-Cookie field. Domain is ignored: every cookie is of its host only. Secure is ignored, too, as browsers do on
   * localhost.
   *
   * @param requestPath of the request that was answered with it
   * @param now ms since 1970
   * @return null if it is none, or has to be ignored
   */
  static Cookie parse(String text, String requestPath, long now) {
    int end = text.indexOf(';');
    String pair = end < 0 ? text : text.substring(0, end);
    int equals = pair.indexOf('=');
    String name = equals < 0 ? "" : Ascii.trimmed(pair, 0, equals);
    String value = Ascii.trimmed(pair, equals + 1, pair.length());
    if (name.length() + value.length() > MAX_PAIR || name.isEmpty() && value.isEmpty() || !hasNoControls(text)) {
      return null;
    }
    Cookie cookie = new Cookie(name, value, defaultPath(requestPath));
    boolean secure = false;
    boolean domain = false;
    long byAge = -1;
    boolean ownPath = false;
    while (end >= 0) {
      int start = end + 1;
      end = text.indexOf(';', start);
      int stop = end < 0 ? text.length() : end;
      int is = text.indexOf('=', start);
      int nameEnd = is < 0 || is > stop ? stop : is;
      String attribute = Ascii.trimmed(text, start, nameEnd);
      String its = nameEnd == stop ? "" : Ascii.trimmed(text, nameEnd + 1, stop);
      if (its.length() > MAX_ATTRIBUTE) {
        continue;
      }
      if (Ascii.equal(attribute, "path")) {
        ownPath = its.startsWith("/");
        cookie.path = ownPath ? its : defaultPath(requestPath);
      } else if (Ascii.equal(attribute, "httponly")) {
        cookie.httpOnly = true;
      } else if (Ascii.equal(attribute, "secure")) {
        secure = true;
      } else if (Ascii.equal(attribute, "domain")) {
        domain = !its.isEmpty();
      } else if (Ascii.equal(attribute, "max-age")) {
        byAge = age(its, byAge);
      } else if (Ascii.equal(attribute, "expires")) {
        long date = CookieDate.parse(its);
        cookie.expires = date == CookieDate.NONE ? cookie.expires : Math.min(date, now + 1000 * MAX_AGE);
      }
    }
    if (byAge >= 0) {
      // It wins over Expires, wherever it stands.
      cookie.expires = byAge == 0 ? Long.MIN_VALUE : now + 1000 * byAge;
    }
    return keepsPrefix(name, value, secure, domain, ownPath && cookie.path.equals("/")) ? cookie : null;
  }

  private static boolean hasNoControls(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!Ascii.isValueChar(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Seconds of a Max-Age, 0 if it is past; {@code before} if it is no number. */
  private static long age(String text, long before) {
    boolean negative = text.startsWith("-");
    if (text.length() == (negative ? 1 : 0)) {
      return before;
    }
    long seconds = 0;
    for (int i = negative ? 1 : 0; i < text.length(); i++) {
      if (!Ascii.isDigit(text.charAt(i))) {
        return before;
      }
      seconds = Math.min(MAX_AGE, 10 * seconds + text.charAt(i) - '0');
    }
    return negative ? 0 : seconds;
  }

  /** §4.1.3: what names with these prefixes promise. */
  private static boolean keepsPrefix(String name, String value, boolean secure, boolean domain, boolean root) {
    String prefixed = name.isEmpty() ? value : name;
    if (startsWith(prefixed, "__host-")) {
      return !name.isEmpty() && secure && !domain && root;
    }
    return !startsWith(prefixed, "__secure-") || !name.isEmpty() && secure;
  }

  private static boolean startsWith(String text, String prefix) {
    return text.length() >= prefix.length() && Ascii.equal(text.substring(0, prefix.length()), prefix);
  }

  /** §5.1.4: the request's path up to its last slash. */
  private static String defaultPath(String requestPath) {
    int slash = requestPath.lastIndexOf('/');
    return slash <= 0 || requestPath.charAt(0) != '/' ? "/" : requestPath.substring(0, slash);
  }

  /** §5.1.4: whether it is sent with requests for a path. */
  boolean matches(String requestPath) {
    return requestPath.startsWith(path) && (requestPath.length() == path.length() || path.endsWith("/")
        || requestPath.charAt(path.length()) == '/');
  }

  boolean isExpired(long now) {
    return expires <= now;
  }


  String pair() {
    return name.isEmpty() ? value : name + "=" + value;
  }
}
