package dev.samovar.protocol.wisp;

/** Why a stream is closed: WISP's own codes. */
public enum CloseReason {
  UNKNOWN(0x01, "no reason was given"),
  VOLUNTARY(0x02, "the other side closed it"),
  NETWORK_ERROR(0x03, "the network failed"),
  INVALID(0x41, "what was asked for makes no sense"),
  UNREACHABLE(0x42, "there is no way to that host"),
  CONNECT_TIMEOUT(0x43, "that host did not answer"),
  REFUSED(0x44, "nothing listens there"),
  TIMEOUT(0x47, "nothing was sent for too long"),
  BLOCKED(0x48, "the relay does not allow that target"),
  THROTTLED(0x49, "the relay's limits are reached"),
  CLIENT_ERROR(0x81, "the client failed");

  public final int code;
  /** A clause for a person. */
  public final String clause;

  CloseReason(int code, String clause) {
    this.code = code;
    this.clause = clause;
  }

  /** The reason with this code; a code that nobody knows is {@link #UNKNOWN}. */
  public static CloseReason of(int code) {
    for (CloseReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    return UNKNOWN;
  }
}
