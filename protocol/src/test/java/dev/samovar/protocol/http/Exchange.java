package dev.samovar.protocol.http;

import java.nio.charset.StandardCharsets;

/** Reads a whole message from bytes that come in two parts, or one by one, and says in a line what it was. */
final class Exchange {
  private final byte[] bytes;
  private final String method;

  private Exchange(String text, String method) {
    bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    this.method = method;
  }

  /** {@code 200 OK [name: value, …] content}, with {@code (trailers)}, {@code +rest}, or {@code 400 clause}. */
  static String response(String text) {
    return response(text, "GET");
  }

  static String response(String text, String method) {
    return new Exchange(text, method).splitEverywhere(true);
  }

  /** {@code GET /target [name: value, …] content}. */
  static String request(String text) {
    return new Exchange(text, null).splitEverywhere(false);
  }

  private String splitEverywhere(boolean response) {
    String whole = read(response, bytes.length);
    for (int split = 0; split < bytes.length; split++) {
      String parted = read(response, split);
      if (!parted.equals(whole)) {
        throw new AssertionError("split at " + split + ": " + parted + " instead of " + whole);
      }
    }
    String single = read(response, -1);
    if (!single.equals(whole)) {
      throw new AssertionError("byte by byte: " + single + " instead of " + whole);
    }
    return whole;
  }

  /** {@code split}: where the second part begins, -1 for a part for each byte. */
  private String read(boolean response, int split) {
    try {
      RequestReader requestReader = new RequestReader();
      ResponseReader responseReader = new ResponseReader();
      HeadReader reader = response ? responseReader : requestReader;
      Framing framing = null;
      StringBuilder content = new StringBuilder();
      int at = 0;
      while (at < bytes.length && (framing == null || !framing.isDone())) {
        int part = split < 0 ? at + 1 : at < split ? split : bytes.length;
        if (framing == null) {
          if (reader.feed(bytes[at++] & 0xff)) {
            framing = response ? Framing.of(responseReader.head(), method) : Framing.of(requestReader.head());
          }
        } else if (framing.ahead() > 0) {
          int count = (int) Math.min(framing.ahead(), part - at);
          content.append(new String(bytes, at, count, StandardCharsets.ISO_8859_1));
          framing.skip(count);
          at += count;
        } else {
          framing.feed(bytes[at++] & 0xff);
        }
      }
      if (framing == null) {
        return "head incomplete";
      }
      framing.end();
      String start = response ? responseReader.head().status + " " + responseReader.head().reason
          : requestReader.head().method + " " + requestReader.head().target;
      String rest = new String(bytes, at, bytes.length - at, StandardCharsets.ISO_8859_1);
      return start + " [" + list(reader.fields()) + "] " + content
          + (framing.trailers() == null ? "" : " (" + list(framing.trailers()) + ")") + (rest.isEmpty() ? "" : " +" + rest);
    } catch (HttpException e) {
      return e.status() + " " + e.getMessage();
    }
  }

  private static String list(Fields fields) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < fields.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(fields.name(i)).append(": ").append(fields.value(i));
    }
    return text.toString();
  }
}
