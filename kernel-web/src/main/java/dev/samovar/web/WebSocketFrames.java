package dev.samovar.web;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.protocol.websocket.FrameReader;
import dev.samovar.protocol.websocket.Frames;
import dev.samovar.protocol.websocket.Handshake;
import dev.samovar.protocol.websocket.WebSocketException;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Export;

/** The frames of WebSockets, for web-socket-frames.js: reads them where they lie, and makes headers. */
final class WebSocketFrames {
  /** {@link #advance}: nothing to be read yet; a frame begins; payload lies ahead; the frame is complete. */
  private static final int WAIT = 0;
  private static final int BEGIN = 1;
  private static final int PAYLOAD = 2;
  private static final int COMPLETE = 3;
  /** {@link #advance}: the connection has ended. Lower: the negative code to close with, since the other end broke a rule. */
  private static final int END = -1;

  private static final List<Socket> sockets = new ArrayList<>();

  private WebSocketFrames() {}

  private static final class Socket {
    final FrameReader reader;
    boolean inFrame;

    Socket(boolean isServer) {
      reader = new FrameReader(isServer);
    }
  }

  /** Begins to read frames: a client's if {@code isServer} is not 0. Answers a number, by which they are known. */
  @Export(name = "ws_open")
  public static int open(int isServer) {
    for (int i = 0; i < sockets.size(); i++) {
      if (sockets.get(i) == null) {
        sockets.set(i, new Socket(isServer != 0));
        return i;
      }
    }
    sockets.add(new Socket(isServer != 0));
    return sockets.size() - 1;
  }

  @Export(name = "ws_close")
  public static void close(int number) {
    sockets.set(number, null);
  }

  /** Reads on. */
  @Export(name = "ws_advance")
  public static int advance(int number, int handle) {
    Socket socket = sockets.get(number);
    KernelMemory memory = KernelWorker.kernel().memory;
    try {
      for (;;) {
        if (socket.inFrame && socket.reader.ahead() == 0) {
          socket.inFrame = false;
          return COMPLETE;
        }
        int available = Peers.available(handle);
        if (available <= 0) {
          return available == 0 ? WAIT : END;
        }
        if (socket.inFrame) {
          return PAYLOAD;
        }
        int b = memory.getByte(Peers.address(handle));
        Peers.consume(handle, 1);
        if (socket.reader.feed(b)) {
          socket.inFrame = true;
          return BEGIN;
        }
      }
    } catch (WebSocketException e) {
      return -e.code();
    }
  }

  /** The opcode of the frame that has begun; 16 more if it is the last one of its message. */
  @Export(name = "ws_frame")
  public static int frame(int number) {
    FrameReader reader = sockets.get(number).reader;
    return reader.opcode() + (reader.isFinal() ? 16 : 0);
  }

  /** What its payload is masked with, the most significant byte first. */
  @Export(name = "ws_key")
  public static int key(int number) {
    return sockets.get(number).reader.key();
  }

  /** Bytes of payload that lie in one piece. */
  @Export(name = "ws_payload")
  public static int payload(int number, int handle) {
    return (int) Math.min(sockets.get(number).reader.ahead(), Peers.available(handle));
  }

  /** So many of them were taken out of the ring. */
  @Export(name = "ws_take")
  public static void take(int number, int handle, int count) {
    sockets.get(number).reader.skip(count);
    Peers.consume(handle, count);
  }

  /** Stages the header of a frame, which is masked unless {@code isMasked} is 0. Answers its bytes. */
  @Export(name = "ws_header")
  public static int header(int opcode, int length, int isMasked, int key) {
    byte[] header = isMasked == 0 ? Frames.header(opcode, length) : Frames.header(opcode, length, key);
    int staging = KernelWorker.staging();
    for (int i = 0; i < header.length; i++) {
      KernelWorker.kernel().memory.putByte(staging + i, header[i]);
    }
    return header.length;
  }

  /** Whether a code may stand in a close frame. */
  @Export(name = "ws_code")
  public static int isCode(int code) {
    return Frames.isCloseCode(code) ? 1 : 0;
  }

  /** Stages what a server has to answer to the key that is staged. Answers its bytes. */
  @Export(name = "ws_accept")
  public static int accept(int length) {
    return Programs.stageText(Handshake.accept(Programs.text(KernelWorker.staging(), length)));
  }
}
