package dev.samovar.jvm;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.process.Processes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * A process of an OS. What it writes waits in its pipe, 64 KiB a stream, until it is read: one that nobody reads from
 * sleeps when that is full. {@link #result} reads both.
 */
public final class OsProcess {
  /** How a process ended, and all that it wrote. */
  public record Result(int status, byte[] stdout, byte[] stderr) {}

  private final Samovar os;
  private final JvmMemory memory;
  private final Kernel kernel;
  private final Processes processes;
  private final Pipes pipes;
  private final Staging staging;
  private final int pid;
  private final int run;
  /** The record, 0 once it is gone. */
  private int process;
  private int status = -1;
  private volatile Runnable onInterrupt = () -> { };
  private final Output stdout = new Output(1);
  private final Output stderr = new Output(2);
  private final Input stdin = new Input();

  OsProcess(Samovar os, JvmMemory memory, Kernel kernel, Staging staging, int process, int run) {
    this.os = os;
    this.memory = memory;
    this.kernel = kernel;
    processes = kernel.process.processes;
    pipes = kernel.pipes;
    this.staging = staging;
    this.process = process;
    this.run = run;
    pid = processes.pid(process);
  }

  public int pid() {
    return pid;
  }

  /** What it writes to its standard output. */
  public InputStream stdout() {
    return stdout;
  }

  public InputStream stderr() {
    return stderr;
  }

  /** What it reads; closing it is the end of its input. */
  public OutputStream stdin() {
    return stdin;
  }

  /** Waits for its end. Answers its status: 0–255, 128+n for signal n, 134 for a trap. */
  public int waitFor() throws InterruptedException {
    synchronized (os) {
      while (status < 0) {
        os.wait();
      }
      return status;
    }
  }

  /** Reads what it writes, both streams, and waits for its end. */
  public Result result() throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    synchronized (os) {
      while (!stdout.takeAll(out) | !stderr.takeAll(err) | status < 0) {
        os.wait();
      }
      return new Result(status, out.toByteArray(), err.toByteArray());
    }
  }

  /** Sends a signal, by number; one to a process that has ended is lost. */
  public void signal(int signal) {
    os.signal(this, signal);
  }

  /** Says why it cannot be run, before it is abandoned. The caller holds the OS. */
  void say(String sentence) {
    int length = staging.put(sentence, 0);
    if (processes.terminal(process) != 0) {
      kernel.terminals.say(processes.terminal(process), staging.address, length);
    } else if (processes.stream(process, 2) != 0) {
      pipes.put(processes.stream(process, 2), staging.address, length);
    }
  }

  /** Has somebody hear of keys that were SIGINT, from whoever typed them, who holds the OS. */
  void onInterrupt(Runnable listener) {
    onInterrupt = listener;
  }

  /** Whether it has a terminal of its own. */
  private boolean isOnTerminal() {
    return process != 0 && processes.leadsTerminal(process);
  }

  /** Tells the size of its terminal, in characters. */
  public void resize(int columns, int rows) {
    synchronized (os) {
      if (isOnTerminal()) {
        kernel.terminals.resize(processes.terminal(process), columns, rows);
      }
    }
  }

  /** The number under which the kernel knows what it runs. */
  int run() {
    return run;
  }

  /** The record, 0 once it is gone. The caller holds the OS. */
  int record() {
    return process;
  }

  /** Has ended: what is left in its pipes is kept here, since the record goes. The caller holds the OS. */
  void finish() {
    stdout.keepRest();
    stderr.keepRest();
    status = processes.status(process);
    process = 0;
  }

  /** The OS is gone, and it with it. The caller holds the OS. */
  void abandon(int how) {
    if (process != 0) {
      stdout.ended = true;
      stderr.ended = true;
      status = how;
      process = 0;
    }
  }

  /** An output stream; every method holds the OS. */
  private final class Output extends InputStream {
    private final int fd;
    private InputStream rest = InputStream.nullInputStream();
    private boolean ended;

    Output(int fd) {
      this.fd = fd;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, to.length);
      synchronized (os) {
        for (;;) {
          int n = take(to, offset, length);
          if (n != 0 || length == 0) {
            return n;
          }
          try {
            os.wait();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading from process " + pid);
          }
        }
      }
    }

    /** Reads no more: who writes on gets SIGPIPE, or EPIPE. */
    @Override
    public void close() {
      synchronized (os) {
        if (process != 0 && !ended) {
          processes.closeStream(process, fd);
        }
        ended = true;
        rest = InputStream.nullInputStream();
      }
    }

    @Override
    public int available() {
      synchronized (os) {
        int pipe = process == 0 ? 0 : processes.stream(process, fd);
        return pipe == 0 ? 0 : pipes.available(pipe);
      }
    }

    /** The bytes that could be had, 0 if there are none now, -1 at the end. */
    private int take(byte[] to, int offset, int length) throws IOException {
      if (ended) {
        return rest.read(to, offset, length);
      }
      int pipe = processes.stream(process, fd);
      boolean open = pipe != 0 && pipes.hasWriters(pipe);
      int n = pipe == 0 ? 0 : Math.min(length, pipes.peekLength(pipe));
      if (n > 0) {
        memory.read(pipes.peek(pipe), to, offset, n);
        pipes.consume(pipe, n);
      } else if (!open) {
        processes.closeStream(process, fd);
        ended = true;
        return -1;
      }
      return n;
    }

    /** Takes what there is. Answers whether that was the end. */
    boolean takeAll(ByteArrayOutputStream to) {
      byte[] piece = new byte[1 << 16];
      try {
        int n = take(piece, 0, piece.length);
        while (n > 0) {
          to.write(piece, 0, n);
          n = take(piece, 0, piece.length);
        }
        return n < 0;
      } catch (IOException e) {
        throw new AssertionError("only memory is read", e);
      }
    }

    void keepRest() {
      if (!ended) {
        ByteArrayOutputStream left = new ByteArrayOutputStream();
        takeAll(left);
        rest = new ByteArrayInputStream(left.toByteArray());
        ended = true;
      }
    }
  }

  /** Its standard input; every method holds the OS. */
  private final class Input extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, from.length);
      synchronized (os) {
        int done = 0;
        if (isOnTerminal()) {
          for (; done < length; done += Math.min(Staging.SIZE, length - done)) {
            int n = Math.min(Staging.SIZE, length - done);
            memory.write(staging.address, from, offset + done, n);
            if (os.type(processes.terminal(process), n)) {
              onInterrupt.run();
            }
          }
        }
        while (done < length) {
          int pipe = process == 0 ? 0 : processes.stream(process, 0);
          int n = Math.min(Staging.SIZE, length - done);
          memory.write(staging.address, from, offset + done, n);
          int taken = pipe == 0 ? -Errno.EPIPE : pipes.put(pipe, staging.address, n);
          if (taken < 0) {
            throw new IOException("process " + pid + " no longer reads (" + Errno.nameOf(-taken) + ")");
          }
          done += taken;
          if (taken == 0) {
            waitForRoom();
          }
        }
      }
    }

    private void waitForRoom() throws IOException {
      try {
        os.wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while writing to process " + pid);
      }
    }

    @Override
    public void close() {
      synchronized (os) {
        if (isOnTerminal()) {
          kernel.terminals.end(processes.terminal(process));
        } else if (process != 0) {
          processes.closeStream(process, 0);
        }
      }
    }
  }
}
