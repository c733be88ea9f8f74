package dev.samovar.protocol.wisp;

/** A frame that is none. The message is a clause for a person: "a CLOSE frame has 7 bytes of payload, not 1". */
public final class WispException extends Exception {
  private static final long serialVersionUID = 1;

  public WispException(String clause) {
    super(clause);
  }
}
