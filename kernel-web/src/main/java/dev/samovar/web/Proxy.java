package dev.samovar.web;

import dev.samovar.kernel.capability.Hosts;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.protocol.http.Fields;
import dev.samovar.protocol.http.Framing;
import dev.samovar.protocol.http.HttpException;
import dev.samovar.protocol.http.RequestHead;
import dev.samovar.protocol.http.RequestReader;
import dev.samovar.protocol.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Export;

/**
 * Requests that programs make of the kernel worker, for proxy.js: one on each connection. A request is known by a number;
 * texts are staged, as lists with a NUL after each.
 */
final class Proxy {
  /** {@link #advance}: nothing to be read yet; the head is staged; content lies ahead; the request is complete. */
  private static final int WAIT = 0;
  private static final int HEAD = 1;
  private static final int CONTENT = 2;
  private static final int DONE = 3;
  /** {@link #advance}: the program has gone. Lower: the negative status to answer with; a sentence is staged. */
  private static final int GONE = -1;

  private static final List<Request> requests = new ArrayList<>();
  private static int stagedBytes;

  private Proxy() {}

  private static final class Request {
    final RequestReader reader = new RequestReader();
    Framing framing;
  }

  /** Begins to read a request. Answers its number. */
  @Export(name = "proxy_begin")
  public static int begin() {
    for (int i = 0; i < requests.size(); i++) {
      if (requests.get(i) == null) {
        requests.set(i, new Request());
        return i;
      }
    }
    requests.add(new Request());
    return requests.size() - 1;
  }

  @Export(name = "proxy_end")
  public static void end(int number) {
    requests.set(number, null);
  }

  /** Bytes that the last call staged. */
  @Export(name = "proxy_staged")
  public static int staged() {
    return stagedBytes;
  }

  /** Reads on. Method, target, minor version, and names and values of fields make a staged head. */
  @Export(name = "proxy_advance")
  public static int advance(int number, int handle) {
    Request request = requests.get(number);
    KernelMemory memory = KernelWorker.kernel().memory;
    try {
      for (;;) {
        if (request.framing != null && request.framing.isDone()) {
          return DONE;
        }
        int available = Peers.available(handle);
        if (available <= 0) {
          return available == 0 ? WAIT : GONE;
        }
        if (request.framing != null && request.framing.ahead() > 0) {
          return CONTENT;
        }
        int b = memory.getByte(Peers.address(handle));
        Peers.consume(handle, 1);
        if (request.framing != null) {
          request.framing.feed(b);
        } else if (request.reader.feed(b)) {
          RequestHead head = request.reader.head();
          request.framing = Framing.of(head);
          stage(head);
          return HEAD;
        }
      }
    } catch (HttpException e) {
      stagedBytes = Programs.stageText(e.getMessage());
      return -e.status();
    }
  }

  private static void stage(RequestHead head) {
    List<String> texts = new ArrayList<>(List.of(head.method, head.target, String.valueOf(head.minorVersion),
        head.fields.lists("Upgrade", "websocket") ? "websocket" : ""));
    head.fields.removeHopByHop();
    for (int i = 0; i < head.fields.size(); i++) {
      texts.add(head.fields.name(i));
      texts.add(head.fields.value(i));
    }
    stagedBytes = Programs.stage(texts);
  }

  /** Bytes of content that lie in one piece. */
  @Export(name = "proxy_content")
  public static int content(int number, int handle) {
    return (int) Math.min(requests.get(number).framing.ahead(), Peers.available(handle));
  }

  /** So many of them were taken out of the ring. */
  @Export(name = "proxy_take")
  public static void take(int number, int handle, int count) {
    requests.get(number).framing.skip(count);
    Peers.consume(handle, count);
  }

  /** Whether a process may connect to the host whose name is staged: 1; 0, which the audit notes; 2: the host is this OS. */
  @Export(name = "proxy_allows")
  public static int allows(int pid, int length, int port) {
    String host = Programs.text(KernelWorker.staging(), length);
    if (Hosts.isThis(host)) {
      return 2;
    }
    return KernelWorker.kernel().process.network.mayConnect(pid, host, port) ? 1 : 0;
  }

  /** Stages the head of a response from a reason, and names and values of fields, that are staged. Answers its bytes, or 0. */
  @Export(name = "proxy_head")
  public static int head(int status, int length) {
    List<String> texts = Programs.list(length);
    Fields fields = new Fields();
    for (int i = 1; i + 1 < texts.size(); i += 2) {
      try {
        fields.add(texts.get(i), texts.get(i + 1));
      } catch (HttpException e) {
        // What the browser takes for a field and HTTP/1.1 does not.
        continue;
      }
    }
    try {
      byte[] bytes = ResponseHead.of(status, texts.get(0), fields).bytes();
      int address = KernelWorker.staging(bytes.length);
      for (int i = 0; i < bytes.length; i++) {
        KernelWorker.kernel().memory.putByte(address + i, bytes[i]);
      }
      return bytes.length;
    } catch (HttpException e) {
      return 0;
    }
  }
}
