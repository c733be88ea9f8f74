package dev.samovar.protocol;

/** A text is not JSON: says what was expected, and where. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1;

  JsonException(String message) {
    super(message);
  }
}
