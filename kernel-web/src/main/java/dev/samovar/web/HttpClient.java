package dev.samovar.web;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.protocol.http.CookieJar;
import dev.samovar.protocol.http.Fields;
import dev.samovar.protocol.http.Framing;
import dev.samovar.protocol.http.HttpException;
import dev.samovar.protocol.http.RequestHead;
import dev.samovar.protocol.http.ResponseHead;
import dev.samovar.protocol.http.ResponseReader;
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
  private static int stagedBytes;

  private HttpClient() {}

  private static final class Exchange {
    final int port;
    final String method;
    final String path;
    ResponseReader reader = new ResponseReader();
    Framing framing;
    /** Whether the connection serves for another request, as far as the request and the head say. */
    boolean keepsAlive;
    /** What is wrong with the answer: it does not become better by reading on. */
    HttpException problem;

    Exchange(int port, String method, String path) {
      this.port = port;
      this.method = method;
      this.path = path;
    }
  }

  /** Bytes that the last call staged. */
  @Export(name = "http_staged")
  public static int staged() {
    return stagedBytes;
  }

  /**
   * Begins a request. Method, target, referrer or nothing, origin or nothing, then names and values of fields are staged;
   * the bytes of the head are staged then.
   *
   * @param length bytes of its content, or NO_CONTENT, CHUNKED, UPGRADE
   * @param count how many texts are meant: more are found if one has a NUL
   * @param now ms since 1970
   * @return the exchange's number; 0 if a sentence is staged instead
   */
  @Export(name = "http_begin")
  public static int begin(int port, double length, int bytes, int count, double now) {
    try {
      List<String> texts = Programs.list(bytes);
      if (texts.size() != count) {
        stage("a text has a NUL");
        return 0;
      }
      String target = texts.get(1);
      Exchange exchange = new Exchange(port, texts.get(0), path(target));
      Fields fields = new Fields();
      for (int i = 4; i + 1 < texts.size(); i += 2) {
        fields.add(texts.get(i), texts.get(i + 1));
      }
      fields.removeHopByHop();
      for (String name : OWN) {
        fields.remove(name);
      }
      fields.add("Host", "localhost:" + port);
      if (!texts.get(2).isEmpty()) {
        fields.add("Referer", inside(texts.get(2)));
      }
      if (!texts.get(3).isEmpty()) {
        fields.add("Origin", inside(texts.get(3)));
      }
      fields.add("Accept-Encoding", "identity");
      String cookies = jar(port).header(exchange.path, (long) now);
      if (cookies != null) {
        fields.add("Cookie", cookies);
      }
      if (length >= 0) {
        fields.add("Content-Length", String.valueOf((long) length));
      } else if (length == CHUNKED) {
        fields.add("Transfer-Encoding", "chunked");
      } else if (length == UPGRADE) {
        fields.add("Connection", "Upgrade").add("Upgrade", "websocket");
      }
      stage(RequestHead.of(exchange.method, target, fields).bytes());
      return add(exchange);
    } catch (HttpException e) {
      stage(e.getMessage());
      return 0;
    }
  }

  /** What the kernel says itself about a request. */
  private static final String[] OWN = {
    "Host", "Content-Length", "Cookie", "Accept-Encoding", "Expect", "Origin", "Referer"
  };

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
   * Reads on. Once there is a head, its status, reason, bytes of content or -1, cookies for scripts, each behind their number,
   * and names and values of fields are staged.
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
    List<String> cookies = new ArrayList<>();
    Fields fields = head.fields;
    for (int i = fields.indexOf("Set-Cookie", 0); i >= 0; i = fields.indexOf("Set-Cookie", i + 1)) {
      String seen = jar(exchange.port).set(fields.value(i), exchange.path, (long) now, false);
      if (seen != null) {
        cookies.add(seen);
      }
    }
    fields.remove("Set-Cookie");
    if (head.status != 101) {
      fields.removeHopByHop();
    }
    List<String> texts = new ArrayList<>();
    texts.add(String.valueOf(head.status));
    texts.add(head.reason);
    texts.add(String.valueOf(exchange.framing.isDone() ? 0 : exchange.framing.length()));
    texts.add(String.valueOf(cookies.size()));
    texts.addAll(cookies);
    for (int i = 0; i < fields.size(); i++) {
      texts.add(fields.name(i));
      texts.add(fields.value(i));
    }
    stagedBytes = Programs.stage(texts);
    return true;
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

  private static void stage(byte[] bytes) {
    int address = KernelWorker.staging(bytes.length);
    for (int i = 0; i < bytes.length && address != 0; i++) {
      KernelWorker.kernel().memory.putByte(address + i, bytes[i]);
    }
    stagedBytes = bytes.length;
  }
}
