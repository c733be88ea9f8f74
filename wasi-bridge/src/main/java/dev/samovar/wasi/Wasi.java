package dev.samovar.wasi;

import dev.samovar.kernel.Kernel;

/** One worker's WASI: a view over its {@link Kernel} for each family of functions. */
public final class Wasi {
  public final Args args;
  public final Environ environ;
  public final Clock clock;
  public final Fd fd;
  public final Path path;
  public final Poll poll;
  public final Proc proc;
  public final Random random;
  public final Sched sched;
  public final Sock sock;
  public final SockExtension sockets;
  public final WasiThreads threads;

  public Wasi(Kernel kernel) {
    Call call = new Call(kernel);
    args = new Args(kernel);
    environ = new Environ(kernel);
    clock = new Clock(kernel, call);
    fd = new Fd(kernel, call);
    path = new Path(kernel, call);
    poll = new Poll(kernel, call);
    proc = new Proc(kernel);
    random = new Random(kernel, call);
    sched = new Sched(kernel);
    sock = new Sock(kernel, call);
    sockets = new SockExtension(kernel, call, sock);
    threads = new WasiThreads(kernel);
  }
}
