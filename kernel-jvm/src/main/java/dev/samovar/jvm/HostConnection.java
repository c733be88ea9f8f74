package dev.samovar.jvm;

import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.net.Sockets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A connection of this machine and one of an OS, joined: a thread for each way, each of which ends by itself. */
final class HostConnection {
  /** The kind of watch that wakes whoever waits for the OS, and needs nothing else. */
  private static final int WATCH = 97;
  private static final int PIECE = 1 << 16;

  private final Samovar os;
  private final JvmMemory memory;
  private final Pipes pipes;
  private final Sockets sockets;
  private final int handle;
  private final Socket socket;
  /** Ways that have not ended. */
  private int open = 2;

  /** @param handle a connected socket of the kernel worker's. The caller holds the OS */
  HostConnection(Samovar os, Kernel kernel, JvmMemory memory, int handle, Socket socket) {
    this.os = os;
    this.memory = memory;
    this.handle = handle;
    this.socket = socket;
    pipes = kernel.pipes;
    sockets = kernel.sockets;
    pipes.watchReading(sockets.receivePipe(handle), WATCH, handle);
    pipes.watchWriting(sockets.sendPipe(handle), WATCH, handle);
  }

  void start() {
    HostNetwork.thread("samovar-out", this::out);
    HostNetwork.thread("samovar-in", this::in);
  }

  /** From the OS to this machine. */
  private void out() {
    byte[] piece = new byte[PIECE];
    try {
      OutputStream to = socket.getOutputStream();
      for (int n = take(piece); n >= 0; n = take(piece)) {
        to.write(piece, 0, n);
      }
      socket.shutdownOutput();
    } catch (IOException | InterruptedException e) {
      synchronized (os) {
        if (!os.isClosed()) {
          sockets.shutdown(handle, Sockets.SHUT_READ);
        }
      }
    }
    end();
  }

  /** Waits for bytes and takes them. Answers how many, or -1 at the end. */
  private int take(byte[] piece) throws InterruptedException, IOException {
    synchronized (os) {
      while (!os.isClosed()) {
        int pipe = sockets.receivePipe(handle);
        // Read before looking into the ring: what was written before the end must not be missed.
        boolean more = pipes.hasWriters(pipe);
        int n = Math.min(piece.length, pipes.peekLength(pipe));
        if (n > 0) {
          memory.read(pipes.peek(pipe), piece, 0, n);
          pipes.consume(pipe, n);
          return n;
        }
        if (!more) {
          if (pipes.wasReset(pipe)) {
            socket.setSoLinger(true, 0);
            socket.close();
          }
          return -1;
        }
        os.wait();
      }
      return -1;
    }
  }

  /** From this machine to the OS. */
  private void in() {
    byte[] piece = new byte[PIECE];
    boolean whole = false;
    try {
      InputStream from = socket.getInputStream();
      int n = from.read(piece);
      while (n >= 0 && put(piece, n)) {
        n = from.read(piece);
      }
      whole = n < 0;
      if (!whole) {
        socket.shutdownInput();
      }
    } catch (IOException | InterruptedException e) {
      // The other side has gone.
    }
    synchronized (os) {
      int pipe = os.isClosed() ? 0 : sockets.sendPipe(handle);
      if (pipe != 0) {
        if (!whole) {
          pipes.reset(pipe);
        }
        pipes.unwatch(pipe);
        sockets.shutdown(handle, Sockets.SHUT_WRITE);
      }
    }
    end();
  }

  /** Answers whether somebody still reads there. */
  private boolean put(byte[] piece, int length) throws InterruptedException {
    synchronized (os) {
      for (int done = 0; done < length; ) {
        int pipe = os.isClosed() ? 0 : sockets.sendPipe(handle);
        if (pipe == 0 || !pipes.hasReaders(pipe)) {
          return false;
        }
        int n = Math.min(pipes.vacantLength(pipe), length - done);
        if (n > 0) {
          memory.write(pipes.vacant(pipe), piece, done, n);
          pipes.commit(pipe, n);
          done += n;
        } else {
          os.wait();
        }
      }
      return true;
    }
  }

  private void end() {
    synchronized (os) {
      open--;
      if (open == 0) {
        if (!os.isClosed()) {
          pipes.unwatch(sockets.receivePipe(handle));
          if (sockets.sendPipe(handle) != 0) {
            pipes.unwatch(sockets.sendPipe(handle));
          }
          sockets.close(handle);
        }
        close(socket);
      }
    }
  }

  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is no longer used in any case.
    }
  }
}
