package dev.samovar.web;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.protocol.http.CookieJar;
import dev.samovar.protocol.http.Fields;
import dev.samovar.protocol.http.Framing;
import dev.samovar.protocol.http.HttpException;
import dev.samovar.protocol.http.RequestWriter;
import dev.samovar.protocol.http.ResponseHead;
import dev.samovar.protocol.http.ResponseReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.teavm.interop.Export;

/**
 * Requests to servers inside the OS, for http-client.js: it makes heads, and reads answers where they lie, in the ring of a
 * {@link Peers} connection; content it only counts. An exchange is known by a number. Texts are staged, as lists with a NUL
 * after each.
 */
final class HttpClient {
  /** {@link #begin}: there is no content; it comes in chunks; the request asks for another protocol. */
  private static final int NO_CONTENT = -1;
  private static final int CHUNKED = -2;
  private static final int UPGRADE = -3;

  /** {@link #advance}: nothing more to be read yet; a head is staged; content lies ahead; the answer is complete. */
  private static final int WAIT = 0;
  private static final int HEAD = 1;
  private static final int CONTENT = 2;
  private static final int DONE = 3;
  /** {@link #advance}: it was closed, or reset, before a byte of the answer; within it; a sentence is staged. */
  private static final int UNANSWERED = -1;
  private static final int CUT_OFF = -2;
  private static final int TOO_LARGE = -3;
  private static final int BROKEN = -4;

  private static final List<Exchange> exchanges = new ArrayList<>();
  private static final Map<Integer, CookieJar> jars = new HashMap<>();
  private static final RequestWriter writer = new RequestWriter();
  private static int stagedBytes;

  private HttpClient() {}

  private static final class Exchange {
    final int port;
    final String method;
    final String path;
    /** Whether cookies go with the request, and are taken from its answer. */
    final boolean withCookies;
    ResponseReader reader = new ResponseReader();
    Framing framing;
    int status;
    /** Whether the connection serves for another request, as far as the request and the head say. */
    boolean keepsAlive;
    /** What is wrong with the answer: it does not become better by reading on. */
    HttpException problem;

    Exchange(int port, String method, String path, boolean withCookies) {
      this.port = port;
      this.method = method;
      this.path = path;
      this.withCookies = withCookies;
    }
  }

  /** Bytes that the last call staged. */
  @Export(name = "http_staged")
  public static int staged() {
    return stagedBytes;
  }

  /**
   * Begins a request. Method, target, referrer or nothing, origin or nothing, then names and values of a page's fields are
   * staged; the bytes of the head are staged then.
   *
   * @param length bytes of its content, or NO_CONTENT, CHUNKED, UPGRADE
   * @param withCookies 0 if none are to be sent or taken
   * @param now ms since 1970
   * @return the exchange's number; 0 if a sentence is staged instead
   */
  @Export(name = "http_begin")
  public static int begin(int port, double length, int staged, int withCookies, double now) {
    try {
      byte[] texts = Programs.bytes(KernelWorker.staging(), staged);
      int[] at = {0};
      String method = next(texts, at);
      String target = next(texts, at);
      String referrer = next(texts, at);
      String origin = next(texts, at);
      Exchange exchange = new Exchange(port, method, path(target), withCookies != 0);
      writer.begin(method, target).fields(texts, at[0], staged).field("Host", "localhost:" + port);
      if (!referrer.isEmpty()) {
        writer.field("Referer", inside(referrer));
      }
      if (!origin.isEmpty()) {
        writer.field("Origin", inside(origin));
      }
      writer.field("Accept-Encoding", "identity");
      String cookies = exchange.withCookies ? jar(port).header(exchange.path, (long) now) : null;
      if (cookies != null) {
        writer.field("Cookie", cookies);
      }
      if (length >= 0) {
        writer.field("Content-Length", String.valueOf((long) length));
      } else if (length == CHUNKED) {
        writer.field("Transfer-Encoding", "chunked");
      } else if (length == UPGRADE) {
        writer.field("Connection", "Upgrade").field("Upgrade", "websocket");
      }
      stage(writer.bytes(), writer.end());
      return add(exchange);
    } catch (HttpException e) {
      stage(e.getMessage());
      return 0;
    }
  }

  /** The text before the next NUL, which is ASCII where it is as it should be. */
  private static String next(byte[] texts, int[] at) {
    int start = at[0];
    int end = start;
    while (texts[end] != 0) {
      end++;
    }
    at[0] = end + 1;
    return new String(texts, start, end - start, StandardCharsets.UTF_8);
  }

  /** A preview's address, http://p8000-…, as the server knows it: http://localhost:8000. */
  private static String inside(String url) {
    int host = url.indexOf("://") + 3;
    if (host < 3 || !url.startsWith("p", host)) {
      return url;
    }
    int digits = host + 1;
    while (digits < url.length() && url.charAt(digits) >= '0' && url.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == host + 1 || !url.startsWith("-", digits)) {
      return url;
    }
    int slash = url.indexOf('/', host);
    return "http://localhost:" + url.substring(host + 1, digits) + (slash < 0 ? "" : url.substring(slash));
  }

  private static String path(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  private static CookieJar jar(int port) {
    CookieJar jar = jars.get(port);
    if (jar == null) {
      jar = new CookieJar();
      jars.put(port, jar);
    }
    return jar;
  }

  /** A script of a page set a cookie: a path and what it set are staged. */
  @Export(name = "http_cookie")
  public static void cookie(int port, int bytes, double now) {
    List<String> texts = Programs.list(bytes);
    jar(port).set(texts.get(1), texts.get(0), (long) now, true);
  }

  private static int add(Exchange exchange) {
    for (int i = 0; i < exchanges.size(); i++) {
      if (exchanges.get(i) == null) {
        exchanges.set(i, exchange);
        return i + 1;
      }
    }
    exchanges.add(exchange);
    return exchanges.size();
  }

  /** Forgets an exchange. */
  @Export(name = "http_end")
  public static void end(int number) {
    exchanges.set(number - 1, null);
  }

  /**
   * Reads on. Once there is a head, its reason and names and values of its fields are staged; of Set-Cookie what scripts may
   * be told.
   */
  @Export(name = "http_advance")
  public static int advance(int number, int handle, double now) {
    Exchange exchange = exchanges.get(number - 1);
    KernelMemory memory = KernelWorker.kernel().memory;
    try {
      for (;;) {
        if (exchange.problem != null) {
          throw exchange.problem;
        }
        if (exchange.framing != null && exchange.framing.isDone()) {
          return DONE;
        }
        int available = Peers.available(handle);
        if (available == 0) {
          return WAIT;
        }
        if (available < 0) {
          return ended(exchange, available);
        }
        if (exchange.framing != null && exchange.framing.ahead() > 0) {
          return CONTENT;
        }
        int address = Peers.address(handle);
        int taken = 0;
        try {
          boolean complete = false;
          while (taken < available && !complete && (exchange.framing == null || frames(exchange.framing))) {
            int b = memory.getByte(address + taken++);
            if (exchange.framing == null) {
              complete = exchange.reader.feed(b);
            } else {
              exchange.framing.feed(b);
            }
          }
          if (complete && complete(exchange, now)) {
            return HEAD;
          }
        } finally {
          Peers.consume(handle, taken);
        }
      }
    } catch (HttpException e) {
      exchange.problem = e;
      stage(e.getMessage());
      return e.isTooLarge() ? TOO_LARGE : BROKEN;
    }
  }

  private static boolean frames(Framing framing) {
    return !framing.isDone() && framing.ahead() == 0;
  }

  private static int ended(Exchange exchange, int how) throws HttpException {
    if (exchange.framing == null && !exchange.reader.hasBegun()) {
      return UNANSWERED;
    }
    if (how != Peers.END || exchange.framing == null || !exchange.framing.endsWithConnection()) {
      return CUT_OFF;
    }
    exchange.framing.end();
    return DONE;
  }

  /** A head has come: stages it, unless it only announces another one. */
  private static boolean complete(Exchange exchange, double now) throws HttpException {
    ResponseHead head = exchange.reader.head();
    if (head.isInterim()) {
      exchange.reader = new ResponseReader();
      return false;
    }
    exchange.framing = Framing.of(head, exchange.method);
    exchange.keepsAlive = head.keepsAlive() && !exchange.framing.endsWithConnection() && head.status != 101;
    Fields fields = head.fields;
    if (head.status != 101) {
      fields.removeHopByHop();
    }
    List<String> texts = new ArrayList<>(1 + 2 * fields.size());
    texts.add(head.reason);
    for (int i = 0; i < fields.size(); i++) {
      String value = fields.value(i);
      if (fields.is(i, "Set-Cookie")) {
        value = exchange.withCookies ? jar(exchange.port).set(value, exchange.path, (long) now, false) : null;
      }
      if (value != null) {
        texts.add(fields.name(i));
        texts.add(value);
      }
    }
    stagedBytes = Programs.stage(texts);
    exchange.status = head.status;
    return true;
  }

  /** The status of the answer, once {@link #advance} answered HEAD. */
  @Export(name = "http_status")
  public static int status(int number) {
    return exchanges.get(number - 1).status;
  }

  /** Bytes of its content, or -1 if that is not known, once {@link #advance} answered HEAD. */
  @Export(name = "http_length")
  public static double length(int number) {
    Framing framing = exchanges.get(number - 1).framing;
    return framing.isDone() ? 0 : framing.length();
  }

  /** Bytes of content that come next, as far as they lie in one piece, once {@link #advance} answered CONTENT. */
  @Export(name = "http_content")
  public static int content(int number, int handle) {
    return (int) Math.min(exchanges.get(number - 1).framing.ahead(), Peers.available(handle));
  }

  /** So many of them were taken out of the ring. */
  @Export(name = "http_take")
  public static void take(int number, int handle, int count) {
    exchanges.get(number - 1).framing.skip(count);
    Peers.consume(handle, count);
  }

  /** Whether the connection serves for another request, once {@link #advance} answered DONE. */
  @Export(name = "http_kept")
  public static int kept(int number) {
    return exchanges.get(number - 1).keepsAlive ? 1 : 0;
  }

  private static void stage(String text) {
    stagedBytes = Programs.stageText(text);
  }

  private static void stage(byte[] bytes, int length) {
    int address = KernelWorker.staging(length);
    KernelMemory memory = KernelWorker.kernel().memory;
    for (int i = 0; i < length && address != 0; i++) {
      memory.putByte(address + i, bytes[i]);
    }
    stagedBytes = length;
  }
}
