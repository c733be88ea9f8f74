package dev.samovar.protocol.bore;

/** What a {@link BoreClient} needs of the world: connections to its server, a clock, and chance. */
public interface BoreNetwork {
  /**
   * Begins a connection to the server; {@code listener} hears what becomes of it, though not before this returns.
   *
   * @return null if there can be no further one now
   */
  Wire open(Listener listener);

  /** Milliseconds since whenever; never less than before. */
  long now();

  /** Any number from 0 to {@code bound} - 1. */
  int random(int bound);

  /** {@link BoreClient#state} is another. */
  void changed();

  /** A connection, whose listener hears nothing any more once it was closed from here, or joined. */
  interface Wire {
    void send(byte[] bytes);

    void close();

    /**
     * Makes this a visitor's: from now on its bytes go to a connection of the port that is shared, and what that one says
     * goes back, until both ended. Then {@link BoreClient#left} is called. Called within {@link Listener#opened} or
     * {@link Listener#received}; of the bytes received then, those not taken are the visitor's first.
     */
    void join();
  }

  /** Who hears of a connection. */
  interface Listener {
    /** It stands. */
    void opened();

    /**
     * Bytes came.
     *
     * @return how many of them were taken: all, unless {@link Wire#join} was called
     */
    int received(byte[] bytes, int offset, int count);

    /**
     * It is over, from the other side or because there is no way.
     *
     * @param code name of an errno that says what kind of failure it is; null for an end that was to be expected
     * @param clause why, as in "nothing listens there"
     */
    void closed(String code, String clause);
  }
}
