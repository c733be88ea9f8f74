package dev.samovar.protocol.http;

import java.util.ArrayList;
import java.util.List;

/** The cookies of one host (RFC 6265bis §5.7, §5.8). Times are ms since 1970; a path is that of a request, without query. */
public final class CookieJar {
  /** Cookies that there may be; then those go that were there first. */
  static final int MAX_COOKIES = 180;

  private final List<Cookie> cookies = new ArrayList<>();

  /**
   * Takes what a Set-Cookie field says, or what a script assigns to document.cookie.
   *
   * @param byScript then it may neither make nor replace one that is HttpOnly
   * @return what document.cookie has to be given for scripts to see it as they may, null if nothing
   */
  public String set(String text, String path, long now, boolean byScript) {
    Cookie cookie = Cookie.parse(text, path, now);
    if (cookie == null || byScript && cookie.httpOnly) {
      return null;
    }
    int place = cookies.size();
    boolean wasSeen = false;
    for (int i = 0; i < cookies.size(); i++) {
      Cookie old = cookies.get(i);
      if (old.name.equals(cookie.name) && old.path.equals(cookie.path)) {
        if (byScript && old.httpOnly) {
          return null;
        }
        wasSeen = !old.httpOnly;
        cookies.remove(i);
        // One that replaces another one keeps its place, which is the order of creation.
        place = i;
        break;
      }
    }
    if (!cookie.isExpired(now)) {
      cookies.add(place, cookie);
      trim(now);
    }
    if (!cookie.httpOnly) {
      return text;
    }
    return wasSeen ? cookie.name + "=; Max-Age=0; Path=" + cookie.path : null;
  }

  private void trim(long now) {
    dropExpired(now);
    while (cookies.size() > MAX_COOKIES) {
      cookies.remove(0);
    }
  }

  private void dropExpired(long now) {
    for (int i = cookies.size() - 1; i >= 0; i--) {
      if (cookies.get(i).isExpired(now)) {
        cookies.remove(i);
      }
    }
  }

  /** The value of the Cookie field for a request, longer paths first (§5.8.3); null if none is to be sent. */
  public String header(String path, long now) {
    dropExpired(now);
    List<Cookie> sent = new ArrayList<>();
    for (Cookie cookie : cookies) {
      if (cookie.matches(path)) {
        int at = sent.size();
        while (at > 0 && sent.get(at - 1).path.length() < cookie.path.length()) {
          at--;
        }
        sent.add(at, cookie);
      }
    }
    StringBuilder text = new StringBuilder();
    for (Cookie cookie : sent) {
      text.append(text.length() == 0 ? "" : "; ").append(cookie.pair());
    }
    return text.length() == 0 ? null : text.toString();
  }
}
