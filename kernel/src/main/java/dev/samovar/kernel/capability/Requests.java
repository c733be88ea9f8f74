package dev.samovar.kernel.capability;

import java.util.ArrayList;
import java.util.List;

/** Reads the values of a request. A value that is wrong is an IllegalArgumentException that names its field. */
final class Requests {
  private Requests() {}

  /** {@code '256MiB'} or a number of bytes. */
  static long bytes(String field, Object value) {
    if (!(value instanceof String)) {
      return count(field, value, Long.MAX_VALUE);
    }
    String text = ((String) value).trim();
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    int shift;
    switch (text.substring(digits).trim()) {
      case "":
      case "B":
        shift = 0;
        break;
      case "KiB":
        shift = 10;
        break;
      case "MiB":
        shift = 20;
        break;
      case "GiB":
        shift = 30;
        break;
      default:
        shift = -1;
        break;
    }
    if (digits == 0 || digits > 9 || shift < 0) {
      throw wrong(field, "a number of bytes, or a text such as '256MiB' (B, KiB, MiB or GiB)");
    }
    return (long) Integer.parseInt(text.substring(0, digits)) << shift;
  }

  /** A whole number from 0 to {@code most}. */
  static long count(String field, Object value, long most) {
    double number = value instanceof Double ? (Double) value : -1;
    if (!(number >= 0) || number > 9e15 || number != (long) number) {
      throw wrong(field, "a whole number, not negative");
    }
    return Math.min((long) number, most);
  }

  /** Seconds, with fractions, as ns. */
  static long nanos(String field, Object value) {
    double seconds = value instanceof Double ? (Double) value : -1;
    if (!(seconds > 0) || seconds > 1e9) {
      throw wrong(field, "a number of seconds above 0");
    }
    return (long) (seconds * 1e9);
  }

  static boolean yes(String field, Object value) {
    if (!(value instanceof Boolean)) {
      throw wrong(field, "true or false");
    }
    return (Boolean) value;
  }

  /** A list of texts, none of them empty. */
  static List<String> texts(String field, Object value) {
    List<String> texts = new ArrayList<>();
    for (Object each : list(field, value)) {
      if (!(each instanceof String) || ((String) each).isEmpty() || ((String) each).indexOf('\0') >= 0) {
        throw wrong(field, "a list of texts");
      }
      texts.add((String) each);
    }
    return texts;
  }

  static List<?> list(String field, Object value) {
    if (!(value instanceof List)) {
      throw wrong(field, "a list");
    }
    return (List<?>) value;
  }

  static IllegalArgumentException wrong(String field, String expected) {
    return new IllegalArgumentException(field + " has to be " + expected);
  }
}
