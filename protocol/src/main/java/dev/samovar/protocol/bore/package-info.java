/**
 * The messages of bore, versions 0.5 and 0.6: a public port of a server leads to a client that called it.
 *
 * <p>A message is JSON, ended by one NUL. {@link dev.samovar.protocol.bore.BoreReader} cuts a stream of bytes into
 * messages and never takes a byte beyond the NUL, since what follows {@code Accept} is a visitor's. The rest of the
 * protocol (who says what when) is the client's and the server's.
 */
package dev.samovar.protocol.bore;
