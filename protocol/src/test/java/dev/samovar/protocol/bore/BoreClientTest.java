package dev.samovar.protocol.bore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.protocol.bore.BoreClient.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bore client against a world made of lists, whose server speaks in text taken from the protocol's description. */
class BoreClientTest {
  private static final String ID = "12345678-1234-5678-1234-567812345678";
  private static final String ANSWER = "33d0d377cbf056e11c747c377b6d5937148b99f7c92f95ca9028869754e9f269";

  /** A connection that the client opened. */
  private static final class Line implements BoreNetwork.Wire {
    private final BoreNetwork.Listener listener;
    private final StringBuilder said = new StringBuilder();
    private boolean closed;
    private boolean joined;

    private Line(BoreNetwork.Listener listener) {
      this.listener = listener;
    }

    @Override
    public void send(byte[] bytes) {
      assertFalse(closed || joined);
      said.append(new String(bytes, UTF_8));
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public void join() {
      joined = true;
    }

    /** What the client has said since this was asked last, NULs as bars. */
    private String said() {
      String text = said.toString().replace('\0', '|');
      said.setLength(0);
      return text;
    }

    private int hears(String text) {
      byte[] bytes = text.replace('|', '\0').getBytes(UTF_8);
      return listener.received(bytes, 0, bytes.length);
    }
  }

  private final class World implements BoreNetwork {
    private final List<Line> lines = new ArrayList<>();
    private long now = 1_000_000;
    private int most = Integer.MAX_VALUE;

    @Override
    public Wire open(Listener listener) {
      if (lines.size() >= most) {
        return null;
      }
      Line line = new Line(listener);
      lines.add(line);
      return line;
    }

    @Override
    public long now() {
      return now;
    }

    @Override
    public int random(int bound) {
      return 0;
    }

    @Override
    public void changed() {
      states.add(client.state());
    }

    private Line last() {
      return lines.get(lines.size() - 1);
    }

    /** Lets time pass, stopping where the client wants to be told. */
    private void pass(long millis) {
      long end = now + millis;
      while (client.deadline() <= end) {
        now = Math.max(now, client.deadline());
        client.tick();
      }
      now = end;
      client.tick();
    }
  }

  private final World world = new World();
  private final List<State> states = new ArrayList<>();
  private BoreClient client;

  private Line begin(String secret, int wanted) {
    client = new BoreClient(world, secret, wanted, 3, 0);
    client.start();
    world.last().listener.opened();
    return world.last();
  }

  private Line published(int wanted) {
    Line control = begin(null, wanted);
    assertEquals("{\"Hello\":" + wanted + "}|", control.said());
    control.hears("{\"Hello\":9000}|\"Heartbeat\"|");
    assertEquals(State.PUBLIC, client.state());
    assertEquals(9000, client.port());
    return control;
  }

  private static String id(int number) {
    String digits = String.valueOf(1000 + number);
    return "00000000-0000-0000-0000-00000000" + digits;
  }

  @Test
  void getsAPortAndFetchesAVisitor() {
    Line control = published(0);
    control.hears("{\"Connection\":\"" + ID + "\"}|");
    Line visitor = world.last();
    visitor.listener.opened();
    assertEquals("{\"Accept\":\"" + ID + "\"}|", visitor.said());
    assertTrue(visitor.joined);
    assertEquals(1, client.visitors());
    client.left();
    assertEquals(0, client.visitors());
    client.close();
    assertTrue(control.closed);
    assertEquals(List.of(State.PUBLIC, State.CLOSED), states);
    assertEquals(Long.MAX_VALUE, client.deadline());
  }

  @Test
  void knowsTheSecretEachTimeAndTakesNoByteOfTheVisitors() {
    Line control = begin("secret", 7);
    assertEquals("", control.said());
    control.hears("{\"Challenge\":\"" + ID + "\"}|");
    assertEquals("{\"Authenticate\":\"" + ANSWER + "\"}|{\"Hello\":7}|", control.said());
    control.hears("{\"Hello\":7}|{\"Connection\":\"" + ID + "\"}|");
    Line visitor = world.last();
    visitor.listener.opened();
    assertEquals("", visitor.said());
    String challenge = "{\"Challenge\":\"" + ID + "\"}|";
    assertEquals(challenge.length(), visitor.hears(challenge + "the visitor's own"));
    assertTrue(visitor.joined);
    assertEquals("{\"Authenticate\":\"" + ANSWER + "\"}|{\"Accept\":\"" + ID + "\"}|", visitor.said());
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {
      "port already in use; EADDRINUSE", "invalid secret; EACCES", "permission denied; EACCES",
      "server requires secret, but no secret was provided; EACCES", "failed to bind to port; EADDRNOTAVAIL",
      "client port number not in allowed range; EINVAL", "failed to find an available port; EADDRNOTAVAIL"})
  void saysWhyThereIsNoPort(String error, String code) {
    Line control = begin(null, 80);
    control.hears("{\"Error\":\"" + error + "\"}|");
    assertEquals(State.REFUSED, client.state());
    assertEquals(code, client.code());
    assertTrue(client.reason().contains(error), client.reason());
    assertTrue(control.closed);
  }

  @Test
  void aSecretTooFewOrTooMany() {
    begin(null, 0).hears("{\"Challenge\":\"" + ID + "\"}|");
    assertEquals("EACCES", client.code());
    begin("secret", 0);
    world.pass(BoreClient.ANSWER_MILLIS);
    assertEquals(State.REFUSED, client.state());
    assertTrue(client.reason().contains("leave it out"), client.reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n|", "\"Heartbeat\"|", "{\"Hello\":0}|", "{\"Connection\":\"" + ID + "\"}|",
      "{\"Hello\":70000}|", "{\"Hello\":1}|{\"Hello\":2}|", "|", "{}|", "\"Nonsense\"|", "{\"Accept\":\"" + ID + "\"}|",
      "{\"Hello\":1}|{\"Connection\":\"no uuid\"}|"})
  void aServerThatSpeaksSomethingElseIsLeft(String said) {
    Line control = begin(null, 0);
    control.hears(said);
    assertEquals(State.REFUSED, client.state());
    assertEquals("EPROTO", client.code());
    assertTrue(control.closed);
  }

  @Test
  void aMessageWithoutEndOrOfNoUtf8IsTheLast() {
    Line control = begin(null, 0);
    control.hears("x".repeat(257));
    assertEquals("EPROTO", client.code());
    Line other = begin(null, 0);
    other.listener.received(new byte[] {'"', (byte) 0xff, '"', 0}, 0, 4);
    assertEquals("EPROTO", client.code());
    assertTrue(other.closed);
  }

  @Test
  void aHelloBeforeTheChallengeIsNone() {
    begin("secret", 0).hears("{\"Hello\":9}|");
    assertEquals("EPROTO", client.code());
  }

  @Test
  void aSilentServerIsGoneAfterEightSeconds() {
    Line control = published(0);
    for (int i = 0; i < 30; i++) {
      world.pass(BoreClient.WATCHDOG_MILLIS - 1);
      control.hears("\"Heartbeat\"|");
    }
    assertEquals(State.PUBLIC, client.state());
    world.pass(BoreClient.WATCHDOG_MILLIS);
    assertEquals(State.RECONNECTING, client.state());
    assertEquals("ETIMEDOUT", client.code());
    assertTrue(control.closed);
  }

  @Test
  void comesBackToItsPortWithGrowingPauses() {
    Line control = published(0);
    world.pass(6000);
    control.listener.closed(null, "the server ended it");
    long pause = BoreClient.FIRST_PAUSE_MILLIS;
    for (int i = 0; i < 12; i++) {
      assertEquals(State.RECONNECTING, client.state());
      assertEquals(world.now + pause, client.deadline());
      world.pass(pause);
      world.last().listener.closed("ECONNREFUSED", "nothing listens there");
      pause = Math.min(2 * pause, BoreClient.LONGEST_PAUSE_MILLIS);
    }
    assertEquals("ECONNREFUSED", client.code());
    int before = world.lines.size();
    client.retry();
    assertEquals(before + 1, world.lines.size());
    world.last().listener.opened();
    // A minute has passed, and any port was asked for in the first place.
    assertEquals("{\"Hello\":0}|", world.last().said());
    world.last().hears("{\"Hello\":9001}|");
    assertEquals(State.PUBLIC, client.state());
    assertEquals(9001, client.port());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9000})
  void insistsOnItsPort(int wanted) {
    Line control = published(wanted);
    control.listener.closed(null, "the server ended it");
    world.pass(BoreClient.FIRST_PAUSE_MILLIS);
    world.last().listener.opened();
    assertEquals("{\"Hello\":9000}|", world.last().said());
    // The server has not noticed yet that the old tunnel is gone.
    world.last().hears("{\"Error\":\"port already in use\"}|");
    assertEquals(State.RECONNECTING, client.state());
    world.pass(BoreClient.FIRST_PAUSE_MILLIS * 2);
    world.last().listener.opened();
    world.last().hears("{\"Hello\":9000}|");
    assertEquals(State.PUBLIC, client.state());
    assertEquals(List.of(State.PUBLIC, State.RECONNECTING, State.RECONNECTING, State.PUBLIC), states);
  }

  @Test
  void takesAnyPortFromAServerThatCameBackWithOthers() {
    Line control = published(0);
    control.listener.closed(null, "the server ended it");
    world.pass(BoreClient.FIRST_PAUSE_MILLIS);
    world.last().listener.opened();
    world.last().hears("{\"Error\":\"client port number not in allowed range\"}|");
    assertEquals(State.RECONNECTING, client.state());
    world.pass(BoreClient.FIRST_PAUSE_MILLIS * 2);
    world.last().listener.opened();
    assertEquals("{\"Hello\":0}|", world.last().said().substring(0, 12));
    world.last().hears("{\"Error\":\"failed to find an available port\"}|");
    assertEquals(State.REFUSED, client.state());
  }

  @Test
  void whatCannotBeReachedAtFirstIsRefused() {
    client = new BoreClient(world, null, 0, 3, 0);
    client.start();
    world.last().listener.closed("EACCES", "the relay does not allow that target");
    assertEquals(State.REFUSED, client.state());
    client = new BoreClient(world, null, 0, 3, 0);
    client.start();
    world.pass(BoreClient.CONNECT_MILLIS);
    assertEquals("ETIMEDOUT", client.code());
    world.most = 0;
    client = new BoreClient(world, null, 0, 3, 0);
    client.start();
    assertEquals("EAGAIN", client.code());
  }

  /** A relay of plain WISP calls a connection open before it is. */
  @Test
  void whatWasOpenTooSoonWasNeverReached() {
    begin("secret", 0).listener.closed("ECONNREFUSED", "nothing listens there");
    assertEquals("ECONNREFUSED", client.code());
    assertEquals("The server cannot be reached: nothing listens there.", client.reason());
    Line control = begin("secret", 0);
    control.hears("{\"Challenge\":\"" + ID + "\"}|");
    control.listener.closed("ENETUNREACH", "the network failed");
    assertEquals("ECONNRESET", client.code());
    begin(null, 0).listener.closed(null, "the server ended it");
    assertEquals("ECONNRESET", client.code());
  }

  @Test
  void furtherVisitorsWaitAsLongAsTheServerKeepsThem() {
    Line control = published(0);
    for (int i = 0; i < 5; i++) {
      control.hears("{\"Connection\":\"" + id(i) + "\"}|");
    }
    assertEquals(4, world.lines.size()); // the control connection, and as many as may be here at once
    for (Line line : new ArrayList<>(world.lines).subList(1, 4)) {
      line.listener.opened();
    }
    assertEquals(3, client.visitors());
    client.left();
    assertEquals(5, world.lines.size());
    world.last().listener.opened();
    assertEquals("{\"Accept\":\"" + id(3) + "\"}|", world.last().said());
    for (int i = 0; i < 3; i++) {
      world.pass(BoreClient.CLAIM_MILLIS / 2);
      control.hears("\"Heartbeat\"|");
    }
    client.left();
    assertEquals(5, world.lines.size()); // the fifth was kept for ten seconds, and those are over
  }

  @Test
  void aFloodOfVisitorsIsBounded() {
    Line control = published(0);
    client.close();
    client = new BoreClient(world, null, 0, 1000, 0);
    client.start();
    control = world.last();
    control.listener.opened();
    control.hears("{\"Hello\":9000}|");
    int before = world.lines.size();
    for (int i = 0; i < 100_000; i++) {
      control.hears("{\"Connection\":\"" + ID + "\"}|");
    }
    assertEquals(BoreClient.MAX_CLAIMS, world.lines.size() - before);
    // None of them ever answers: each is given up, and those that waited are too late then.
    for (int i = 0; i < 4; i++) {
      world.pass(BoreClient.CLAIM_MILLIS / 2);
      control.hears("\"Heartbeat\"|");
    }
    assertEquals(BoreClient.MAX_CLAIMS, world.lines.size() - before);
    assertEquals(before, world.lines.stream().filter(line -> !line.closed).count() + before - 1);
    client.close();
    assertTrue(world.lines.stream().allMatch(line -> line.closed));
  }

  @Test
  void aClaimThatFailsMakesRoomForTheNext() {
    Line control = published(0);
    for (int i = 0; i < 4; i++) {
      control.hears("{\"Connection\":\"" + id(i) + "\"}|");
    }
    world.lines.get(1).listener.closed("ECONNRESET", "the network failed");
    assertEquals(5, world.lines.size());
    world.lines.get(2).listener.opened();
    assertEquals(1, client.visitors());
  }

  @Test
  void itsTimeMayBeUp() {
    client = new BoreClient(world, null, 0, 3, 5000);
    client.start();
    Line control = world.last();
    control.listener.opened();
    control.hears("{\"Hello\":1}|");
    world.pass(4999);
    assertEquals(State.PUBLIC, client.state());
    world.pass(1);
    assertEquals(State.CLOSED, client.state());
    assertTrue(control.closed);
  }
}
