package dev.samovar.protocol.bore;

import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** One message, of either side: what the two may say does not overlap in meaning, so a reader checks the kind. */
public final class BoreMessage {
  /** The most bytes of a message, its NUL not counted. */
  public static final int MAX_LENGTH = 256;

  /** What a message says. */
  public enum Kind {
    /** Client: give me this port, 0 for any. Server: you have this port. */
    HELLO("Hello"),
    /** Client: the answer to the challenge. */
    AUTHENTICATE("Authenticate"),
    /** Client: this connection is for that visitor. */
    ACCEPT("Accept"),
    /** Server: prove that you know the secret. */
    CHALLENGE("Challenge"),
    /** Server: still here. */
    HEARTBEAT("Heartbeat"),
    /** Server: there is a visitor. */
    CONNECTION("Connection"),
    /** Server: why not. */
    ERROR("Error");

    final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  private static final BoreMessage BEAT = new BoreMessage(Kind.HEARTBEAT, 0, null);

  private final Kind kind;
  private final int port;
  private final String text;

  private BoreMessage(Kind kind, int port, String text) {
    this.kind = kind;
    this.port = port;
    this.text = text;
  }

  public static BoreMessage hello(int port) {
    return new BoreMessage(Kind.HELLO, port, null);
  }

  public static BoreMessage heartbeat() {
    return BEAT;
  }

  /** A message of a kind that carries a string: all but HELLO and HEARTBEAT. */
  public static BoreMessage of(Kind kind, String text) {
    return new BoreMessage(kind, 0, text);
  }

  public Kind kind() {
    return kind;
  }

  /** The port of a HELLO. */
  public int port() {
    return port;
  }

  /** The UUID, the answer or the error; null for a HELLO and a HEARTBEAT. */
  public String text() {
    return text;
  }

  /** The message as it goes over the wire, its NUL included. An error's text that is too long loses its end. */
  public byte[] encode() {
    String json = json(text);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    for (int keep = MAX_LENGTH; bytes.length > MAX_LENGTH && text != null; keep--) {
      if (keep <= text.length()) {
        bytes = json(text.substring(0, keep)).getBytes(StandardCharsets.UTF_8);
      }
    }
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  private String json(String said) {
    StringBuilder json = new StringBuilder();
    if (kind == Kind.HEARTBEAT) {
      return json.append('"').append(kind.word).append('"').toString();
    }
    json.append("{\"").append(kind.word).append("\":");
    if (kind == Kind.HELLO) {
      json.append(port);
    } else {
      quote(json, said);
    }
    return json.append('}').toString();
  }

  private static void quote(StringBuilder json, String said) {
    json.append('"');
    for (int i = 0; i < said.length(); i++) {
      char c = said.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u00").append(c < 16 ? "0" : "1").append("0123456789abcdef".charAt(c & 15));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  /** Reads the {@code count} bytes of a message from {@code offset} on, without its NUL. */
  public static BoreMessage decode(byte[] from, int offset, int count) throws BoreException {
    if (count > MAX_LENGTH) {
      throw new BoreException("the message is longer than " + MAX_LENGTH + " bytes");
    }
    byte[] bytes = Arrays.copyOfRange(from, offset, offset + count);
    String json = new String(bytes, StandardCharsets.UTF_8);
    // A decoder puts replacement characters where bytes are wrong, and those encode differently.
    if (!Arrays.equals(bytes, json.getBytes(StandardCharsets.UTF_8))) {
      throw new BoreException("the message is not UTF-8");
    }
    try {
      return of(Json.parse(json));
    } catch (JsonException e) {
      throw new BoreException("the message is not JSON: " + e.getMessage());
    }
  }

  private static BoreMessage of(Object value) throws BoreException {
    if (Kind.HEARTBEAT.word.equals(value)) {
      return BEAT;
    }
    if (!(value instanceof Map) || ((Map<?, ?>) value).size() != 1) {
      throw new BoreException("the message is none of the protocol's");
    }
    Map.Entry<?, ?> entry = ((Map<?, ?>) value).entrySet().iterator().next();
    for (Kind kind : Kind.values()) {
      if (kind.word.equals(entry.getKey())) {
        return of(kind, entry.getValue());
      }
    }
    throw new BoreException("the message is none of the protocol's");
  }

  private static BoreMessage of(Kind kind, Object value) throws BoreException {
    switch (kind) {
      case HEARTBEAT:
        if (value != null) {
          throw new BoreException("a Heartbeat carries nothing");
        }
        return BEAT;
      case HELLO:
        if (!(value instanceof Double)) {
          throw new BoreException("the port of Hello is no number");
        }
        double port = (Double) value;
        if (port != (int) port || port < 0 || port > 65535) {
          throw new BoreException("the port of Hello is not from 0 to 65535");
        }
        return hello((int) port);
      default:
        if (!(value instanceof String)) {
          throw new BoreException("what " + kind.word + " carries is no string");
        }
        String text = (String) value;
        if ((kind == Kind.ACCEPT || kind == Kind.CHALLENGE || kind == Kind.CONNECTION) && Uuid.parse(text) == null) {
          throw new BoreException("what " + kind.word + " carries is no UUID");
        }
        return of(kind, text);
    }
  }

  @Override
  public String toString() {
    return kind == Kind.AUTHENTICATE ? "Authenticate" : json(text);
  }
}
