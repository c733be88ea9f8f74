package dev.samovar.web;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.protocol.wisp.Wisp;
import dev.samovar.protocol.wisp.WispClient;
import dev.samovar.protocol.wisp.WispException;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Export;
import org.teavm.interop.Import;

/**
 * A relay, by its address: the WebSocket to it, which relays.js opens when something is sent and keeps while there are
 * streams, and the frames of that. A frame is put together, or taken apart, in the {@link #buffer}; the script copies it
 * from there and to there.
 */
final class Relay implements WispClient.Transport {
  /** What a relay may send in one message. */
  private static final int MOST_IN = Wisp.HEADER + Wisp.MAX_DOWN;
  /** Where in the buffer what goes out is put together, behind what comes in. */
  private static final int OUT = 124 << 10;
  /** The buffer has 2<sup>6</sup> pages, 256 KiB. */
  private static final int BUFFER_ORDER = 6;
  /** A relay that has said nothing for so long, though something was due, is given up: less than the watchdog of bore. */
  private static final int SILENCE_MILLIS = 7_000;

  private static final List<Relay> relays = new ArrayList<>();
  private static int buffer;

  private final int number;
  private final String url;
  final WispClient client = new WispClient(this);
  /** Why the WebSocket was lost, as a clause. */
  String failure = "";
  private long heard;

  private Relay(int number, String url) {
    this.number = number;
    this.url = url;
  }

  /** The relay with that address; null if there is no memory for it. */
  static Relay at(String url) {
    if (buffer == 0) {
      buffer = KernelWorker.kernel().pages.allocate(BUFFER_ORDER);
      if (buffer == 0) {
        return null;
      }
    }
    for (Relay relay : relays) {
      if (relay.url.equals(url)) {
        return relay;
      }
    }
    Relay relay = new Relay(relays.size(), url);
    relays.add(relay);
    return relay;
  }

  static void checkBuffer(Ledger ledger) {
    if (buffer != 0) {
      ledger.run(buffer, BUFFER_ORDER, "relay buffer");
    }
  }

  /** Where the script puts a message, of at most that many bytes; 0 if it is longer than a relay may send. */
  @Export(name = "relay_buffer")
  public static int buffer(int bytes) {
    return bytes > MOST_IN ? 0 : buffer;
  }

  /** A message is in the buffer. Answers 0, or -1 if it is none of the protocol: the WebSocket shall be closed. */
  @Export(name = "relay_message")
  public static int message(int number, int length) {
    WispClient client = relays.get(number).client;
    relays.get(number).heard = Tunnels.now();
    KernelMemory memory = KernelWorker.kernel().memory;
    int payload = length - Wisp.HEADER;
    int result = 0;
    try {
      if (payload < 0) {
        throw new WispException("a message without a header");
      }
      int at = buffer + Wisp.HEADER;
      int value = payload >= 4 ? word(memory, at) : payload > 0 ? memory.getByte(at) : 0;
      client.frame(memory.getByte(buffer) & 255, word(memory, buffer + 1), value, at, payload);
    } catch (WispException e) {
      relays.get(number).failure = "what answers there is not a relay";
      result = -1;
    }
    Tunnels.settle();
    return result;
  }

  /** Bytes of a frame stand where they stand: not where a word may. */
  private static int word(KernelMemory memory, int at) {
    return memory.getByte(at) & 255 | (memory.getByte(at + 1) & 255) << 8 | (memory.getByte(at + 2) & 255) << 16
        | (memory.getByte(at + 3) & 255) << 24;
  }

  /** The WebSocket is open, to a relay that knows nothing but plain WISP if {@code plain} is 1. */
  @Export(name = "relay_open")
  public static void open(int number, int plain) {
    relays.get(number).client.open(plain == 1);
  }

  /** What {@code page.relaySoon} asked for. */
  @Export(name = "relay_settle")
  public static void settle(int number) {
    relays.get(number).client.settle();
    Tunnels.settle();
  }

  /** The WebSocket is gone, or did not come about; why is staged, as a clause. */
  @Export(name = "relay_lost")
  public static void lost(int number, int length) {
    Relay relay = relays.get(number);
    if (length > 0) {
      relay.failure = Programs.text(KernelWorker.staging(), length);
    }
    relay.client.lost();
    Tunnels.settle();
  }

  /** Stages the relay's address. Answers its bytes. */
  @Export(name = "relay_url")
  public static int url(int number) {
    return Programs.stageText(relays.get(number).url);
  }

  /** Streams that the relay carries. */
  @Export(name = "relay_streams")
  public static int streams(int number) {
    return relays.get(number).client.count();
  }

  @Override
  public void send(byte[] frame) {
    write(buffer + OUT, frame);
    pageSend(number, buffer + OUT, frame.length);
  }

  @Override
  public void soon() {
    pageSoon(number);
  }

  /**
   * Something that was asked for at {@code since} did not come in time. If that can be the relay's fault, its WebSocket
   * is given up: a network that went away without a word would else hold it for as long as TCP hopes, a quarter of an hour.
   */
  void suspect(long since) {
    if (Tunnels.now() - Math.max(heard, since) >= SILENCE_MILLIS) {
      pageGiveUp(number);
    }
  }

  @Override
  public void data(int stream, int address, int length) {
    KernelMemory memory = KernelWorker.kernel().memory;
    int at = buffer + OUT;
    memory.copy(at + Wisp.HEADER, address, length);
    memory.putByte(at, (byte) Wisp.DATA);
    for (int i = 0; i < 4; i++) {
      memory.putByte(at + 1 + i, (byte) (stream >>> 8 * i));
    }
    pageSend(number, at, Wisp.HEADER + length);
  }

  /** Sends bytes on a stream: few, of which there is a {@link WispClient#room}. */
  void say(int stream, byte[] bytes) {
    int at = buffer + OUT + Wisp.HEADER;
    write(at, bytes);
    client.send(stream, at, bytes.length);
  }

  private static void write(int address, byte[] bytes) {
    KernelMemory memory = KernelWorker.kernel().memory;
    for (int i = 0; i < bytes.length; i++) {
      memory.putByte(address + i, bytes[i]);
    }
  }

  /** Sends a message on the relay's WebSocket, which is opened if there is none. */
  @Import(module = "page", name = "relaySend")
  private static native void pageSend(int number, int address, int length);

  /** Calls {@link #settle} soon, though not within this call. */
  @Import(module = "page", name = "relaySoon")
  private static native void pageSoon(int number);

  /** Gives the relay's WebSocket up, soon, though not within this call. */
  @Import(module = "page", name = "relayGiveUp")
  private static native void pageGiveUp(int number);
}
