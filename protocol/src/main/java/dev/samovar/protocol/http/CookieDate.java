package dev.samovar.protocol.http;

/** The date of a cookie's Expires (RFC 6265bis §5.1.1), which is read with great leniency. */
final class CookieDate {
  static final long NONE = Long.MIN_VALUE;
  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

  private CookieDate() {}

  /** ms since 1970, or {@link #NONE}. */
  static long parse(String text) {
    int time = -1;
    int day = -1;
    int month = -1;
    int year = -1;
    for (int start = 0; start < text.length(); ) {
      int end = start;
      while (end < text.length() && !isDelimiter(text.charAt(end))) {
        end++;
      }
      String token = text.substring(start, end);
      start = end + 1;
      int number = number(token, 0);
      int digits = digits(token, 0);
      if (time < 0 && time(token) >= 0) {
        time = time(token);
      } else if (day < 0 && digits >= 1 && digits <= 2) {
        day = number;
      } else if (month < 0 && token.length() >= 3 && month(token) >= 0) {
        month = month(token);
      } else if (year < 0 && digits >= 2 && digits <= 4) {
        year = digits > 2 ? number : number + (number < 70 ? 2000 : 1900);
      }
    }
    if (time < 0 || day < 1 || day > 31 || month < 0 || year < 1601) {
      return NONE;
    }
    return (days(year, month + 1, day) * 86_400 + time) * 1000;
  }

  private static boolean isDelimiter(char c) {
    return !(c >= '0' && c <= '9' || c == ':' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x7f);
  }

  /** How many digits there are from a place on. */
  private static int digits(String token, int at) {
    int end = at;
    while (end < token.length() && Ascii.isDigit(token.charAt(end))) {
      end++;
    }
    return end - at;
  }

  private static int number(String token, int at) {
    int number = 0;
    for (int end = at + Math.min(4, digits(token, at)); at < end; at++) {
      number = 10 * number + token.charAt(at) - '0';
    }
    return number;
  }

  /** Seconds of hh:mm:ss, or -1. */
  private static int time(String token) {
    int seconds = 0;
    int at = 0;
    for (int part = 0; part < 3; part++) {
      int digits = digits(token, at);
      int number = number(token, at);
      if (digits < 1 || digits > 2 || number > (part == 0 ? 23 : 59)) {
        return -1;
      }
      seconds = 60 * seconds + number;
      at += digits;
      if (part < 2 && (at >= token.length() || token.charAt(at++) != ':')) {
        return -1;
      }
    }
    return seconds;
  }

  private static int month(String token) {
    for (int month = 0; month < 12; month++) {
      if (Ascii.equal(token.substring(0, 3), MONTHS.substring(3 * month, 3 * month + 3))) {
        return month;
      }
    }
    return -1;
  }

  /** Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March. */
  private static long days(int year, int month, int day) {
    long y = month <= 2 ? year - 1 : year;
    long dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + dayOfYear - 719_468;
  }
}
