package dev.samovar.protocol.wisp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The client's side, frame by frame. Addresses stand for bytes, which nobody looks at. */
class WispClientTest {
  /** What the client sent: frames in hexadecimal, DATA by its address and length. */
  private final List<String> sent = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private final WispClient client = new WispClient(new WispClient.Transport() {
    @Override
    public void send(byte[] frame) {
      sent.add(HexFormat.of().formatHex(frame));
    }

    @Override
    public void data(int stream, int address, int length) {
      sent.add("data " + address + " " + length);
    }

    @Override
    public void soon() {
      sent.add("soon");
    }
  });

  private final WispClient.Stream ear = new WispClient.Stream() {
    @Override
    public void opened() {
      heard.add("opened");
    }

    @Override
    public void received(int address, int length) {
      heard.add("received " + address + " " + length);
    }

    @Override
    public void ended() {
      heard.add("ended");
    }

    @Override
    public void writable() {
      heard.add("writable");
    }

    @Override
    public void closed(CloseReason reason) {
      heard.add("closed " + reason);
    }
  };

  private int open() throws WispException {
    int id = client.connect("a.example", 7835, ear);
    client.frame(Wisp.CREDIT, id, 0, 0, 4);
    sent.clear();
    heard.clear();
    return id;
  }

  @Test
  void aStreamFromBeginningToEnd() throws Exception {
    int id = client.connect("a.example", 7835, ear);
    assertEquals(List.of("01" + "00020000" + "01" + "9b1e" + "612e6578616d706c65"), sent);
    assertEquals(0, client.room(id));
    client.frame(Wisp.CONTINUE, 0, Wisp.UP_WINDOW, 0, 4);
    client.frame(Wisp.CREDIT, id, 0, 0, 4);
    assertEquals(List.of("opened"), heard);
    assertEquals(Wisp.MAX_DATA, client.room(id));
    for (int left = Wisp.UP_WINDOW; left > 0; left -= Wisp.MAX_DATA) {
      client.send(id, left, Wisp.MAX_DATA);
    }
    assertEquals(0, client.room(id));
    client.frame(Wisp.CREDIT, id, 5, 0, 4);
    assertEquals(5, client.room(id));
    client.frame(Wisp.DATA, id, 0, 77, 1000);
    client.end(id);
    client.end(id);
    client.frame(Wisp.END, id, 0, 0, 0);
    assertEquals(List.of("opened", "writable", "received 77 1000", "ended", "closed VOLUNTARY"), heard);
    assertEquals(0, client.count());
    assertEquals("f200020000", sent.get(sent.size() - 1));
  }

  @Test
  void creditIsGivenForWhatWasPassedOn() throws Exception {
    int id = open();
    for (int i = 0; i < 4; i++) {
      client.frame(Wisp.DATA, id, 0, 0, Wisp.DOWN_WINDOW / 4);
    }
    assertThrows(WispException.class, () -> client.frame(Wisp.DATA, id, 0, 0, 1));
    client.consumed(id, Wisp.DOWN_WINDOW / 2 - 1);
    assertEquals(List.of(), sent);
    client.consumed(id, 1);
    assertEquals(List.of("f1" + "00020000" + "00e00100"), sent); // 120 KiB
    client.frame(Wisp.DATA, id, 0, 0, Wisp.DOWN_WINDOW / 2);
    assertThrows(WispException.class, () -> client.frame(Wisp.DATA, id, 0, 0, 1));
  }

  @Test
  void framesOfAStreamThatIsOverAreForNobody() throws Exception {
    int id = open();
    client.close(id, CloseReason.VOLUNTARY);
    assertEquals(List.of("0400020000" + "02"), sent);
    client.frame(Wisp.DATA, id, 0, 0, 100);
    client.frame(Wisp.CREDIT, id, 9, 0, 4);
    client.frame(Wisp.END, id, 0, 0, 0);
    client.frame(Wisp.CLOSE, id, 2, 0, 1);
    client.send(id, 0, 10);
    client.consumed(id, Wisp.DOWN_WINDOW);
    client.end(id);
    client.close(id, CloseReason.VOLUNTARY);
    assertEquals(List.of(), heard);
    assertEquals(1, sent.size());
    // Whoever comes to the same place has another number.
    for (int i = 1; i < WispClient.MAX_STREAMS; i++) {
      client.connect("h", 1, ear);
    }
    assertNotEquals(id, client.connect("h", 1, ear));
    assertEquals(0, client.connect("h", 1, ear));
    assertEquals(WispClient.MAX_STREAMS, client.count());
  }

  @Test
  void aLostWebSocketEndsAll() throws Exception {
    open();
    client.connect("h", 1, ear);
    client.frame(Wisp.CLOSE, client.connect("h", 1, ear), 0x44, 0, 1);
    client.lost();
    assertEquals(List.of("closed REFUSED", "closed NETWORK_ERROR", "closed NETWORK_ERROR"), heard);
    assertEquals(0, client.count());
  }

  @Test
  void whatARelayDoesNotSay() throws Exception {
    int id = open();
    int waits = client.connect("h", 1, ear);
    int ended = open();
    client.frame(Wisp.END, ended, 0, 0, 0);
    assertThrows(WispException.class, () -> client.frame(Wisp.DATA, waits, 0, 0, 1));
    assertThrows(WispException.class, () -> client.frame(Wisp.DATA, ended, 0, 0, 1));
    assertThrows(WispException.class, () -> client.frame(Wisp.CONNECT, id, 0, 0, 9));
    assertThrows(WispException.class, () -> client.frame(9, id, 0, 0, 0));
    assertThrows(WispException.class, () -> client.frame(Wisp.CREDIT, id, 0, 0, 3));
    assertThrows(WispException.class, () -> client.frame(Wisp.END, id, 0, 0, 1));
    assertThrows(WispException.class, () -> client.frame(Wisp.CLOSE, id, 0, 0, 0));
    assertThrows(WispException.class, () -> client.frame(Wisp.CREDIT, id, -1, 0, 4));
  }

  @Test
  void aRelayOfPlainWisp() throws Exception {
    int id = client.connect("h", 1, ear);
    client.open(true);
    assertEquals(0, client.room(id));
    client.frame(Wisp.CONTINUE, 0, 2, 0, 4);
    assertEquals(List.of("opened"), heard);
    assertEquals(Wisp.MAX_DATA, client.room(id));
    client.send(id, 1, 10);
    client.send(id, 2, 10);
    assertEquals(0, client.room(id));
    client.frame(Wisp.CONTINUE, id, 1, 0, 4);
    client.send(id, 3, 10);
    assertEquals(0, client.room(id));
    // What comes has no bound but the relay's good will, and asks for nothing.
    sent.clear();
    for (int i = 0; i < 9; i++) {
      client.frame(Wisp.DATA, id, 0, 0, Wisp.DOWN_WINDOW / 4);
      client.consumed(id, Wisp.DOWN_WINDOW / 4);
    }
    assertEquals(List.of(), sent);
    heard.clear();
    client.end(id);
    assertEquals(List.of("closed VOLUNTARY"), heard);
    assertEquals(List.of("0400020000" + "02"), sent);

    // The answer to CONNECT is not there to wait for.
    int next = client.connect("h", 1, ear);
    assertEquals("soon", sent.get(sent.size() - 1));
    assertEquals(0, client.room(next));
    client.settle();
    client.settle();
    client.frame(Wisp.CLOSE, next, 0x44, 0, 4); // as wisp-server-node sends it
    assertEquals(List.of("closed VOLUNTARY", "opened", "closed REFUSED"), heard);
    assertThrows(WispException.class, () -> client.frame(Wisp.CREDIT, next, 1, 0, 4));
    assertThrows(WispException.class, () -> client.frame(Wisp.END, next, 0, 0, 0));
    assertThrows(WispException.class, () -> client.frame(Wisp.CONTINUE, 0, 1, 0, 3));
    // A relay that allows more than anyone needs.
    int most = client.connect("h", 1, ear);
    client.settle();
    client.frame(Wisp.CONTINUE, most, -1, 0, 4);
    for (int i = 0; i < WispClient.MAX_FRAMES; i++) {
      client.send(most, 0, 1);
    }
    assertEquals(0, client.room(most));

    client.lost();
    int later = client.connect("h", 1, ear);
    client.frame(Wisp.CREDIT, later, 0, 0, 4);
    assertEquals(Wisp.MAX_DATA, client.room(later));
  }
}
