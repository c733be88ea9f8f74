package dev.samovar.kernel.fs;

import dev.samovar.kernel.memory.Ledger;

/**
 * What open files ask of sockets, which are made of this package's pipes and so lie above it. Each method takes the
 * socket's address; counts and negative errnos are those of {@link OpenFiles#read}.
 */
public interface SocketFiles {
  /** Reads what the other end sent. */
  int receive(int socket, int vectors, int total, boolean nonBlocking);

  /** Writes to the other end. */
  int send(int socket, int vectors, int total, boolean nonBlocking);

  /** Ends the socket. */
  void close(int socket);

  /** {@code os.check()} found an open file of it, which holds it. */
  void checkHeld(int socket, Ledger ledger);
}
