package dev.samovar.protocol.bore;

/** The other side does not speak bore, or not well. The message is a clause for a person: "the message is empty". */
public final class BoreException extends Exception {
  private static final long serialVersionUID = 1;

  public BoreException(String clause) {
    super(clause);
  }
}
