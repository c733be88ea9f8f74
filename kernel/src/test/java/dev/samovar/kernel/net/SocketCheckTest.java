package dev.samovar.kernel.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.samovar.kernel.Damage;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.memory.Superblock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each kind of damage to sockets and ports is named. */
class SocketCheckTest {
  private final Machine machine = new Machine(8);
  private final Kernel kernel = machine.kernel;
  private final Sockets sockets = kernel.sockets;
  private final int listener = sockets.create(2);
  private final int client = sockets.create(3);
  private final Damage damage = new Damage(kernel, () -> machine.check(ledger -> {
    sockets.checkHeld(listener, ledger);
    sockets.checkHeld(client, ledger);
  }));

  @Test
  void behindADescriptor() {
    int process = kernel.process.processes.create(1, kernel.files.root());
    int file = kernel.openFiles.ofSocket(sockets.create(2), 0, Rights.SOCKET);
    kernel.process.descriptors.add(process, file);
    damage.names("shared", file + 4, client);
    kernel.process.processes.discard(process);
    sockets.close(listener);
    sockets.close(client);
    assertEquals(List.of(), machine.check());
  }

  @Test
  void sockets() {
    assertEquals(0, sockets.bind(listener, 8000));
    assertEquals(0, sockets.listen(listener, 5));
    assertEquals(0, sockets.connect(client, 8000, true));
    damage.names("socket", listener, 9);
    damage.names("socket", listener + 4, 1 << 20);
    damage.namesMore("backlog", listener + 28, 1);
    damage.names("backlog", listener + 36, 0);
    damage.names("leak", listener + 32, 0);
    damage.names("shared", listener + 32, client);
    damage.names("dangling", client + 12, 12);
    damage.names("pipe count", client + 16, 0);
    damage.names("pipe count", client + 96, 1);
    damage.names("ports", Superblock.PORTS, 0);
    damage.names("ports", Superblock.PORTS, client);
    damage.names("lock held", Superblock.NET_LOCK, 1);
    damage.namesMore("wait queue", listener + 48 + 4, 1);
    damage.namesMore("wait queue", Superblock.CONNECT_QUEUE + 4, 1);
    damage.names("watch", Superblock.PORTS_WATCH + 4, 0);
    sockets.close(listener);
    sockets.close(client);
    assertEquals(List.of(), machine.check());
  }
}
