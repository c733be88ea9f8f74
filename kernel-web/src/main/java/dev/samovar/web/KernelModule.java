package dev.samovar.web;

/**
 * TeaVM's point of entry. It is never run, since a worker's script calls one of the boot exports instead; TeaVM keeps
 * the exports of the classes that it mentions.
 */
public final class KernelModule {
  private KernelModule() {}

  public static void main(String[] args) {
    Syscalls.init(null, null);
    ProcessWorker.idle();
    KernelWorker.stop();
    FileOperations.nextCookie();
    Programs.detect(0);
    KernelCheck.run();
    IgnoreRules.open();
    Inside.child(0);
    Peers.connect(0);
    Ports.next(0);
    OutsideConnections.port(0);
    HttpClient.staged();
    Relay.streams(0);
    Tunnels.tick();
    Dial.cancel(0);
    WebSocketFrames.open(0);
    Proxy.staged();
  }
}
