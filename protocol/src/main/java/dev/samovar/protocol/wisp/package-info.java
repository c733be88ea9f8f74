/**
 * Many TCP streams over one WebSocket: WISP 1.2, and an extension of it with what TCP needs and WISP lacks.
 *
 * <p>A frame is a whole binary message: {@code u8 type, u32 stream, payload}, little-endian. The client numbers
 * streams; stream 0 is the connection itself.
 * <pre>
 *   1 CONNECT   u8 kind (1 TCP, 2 UDP), u16 port, host in UTF-8     client
 *   2 DATA      bytes                                               both
 *   3 CONTINUE  u32 DATA frames that may be sent from now on        server; stream 0: of every new stream
 *   4 CLOSE     u8 reason                                           both
 *   5 INFO      u8 major, u8 minor, …                               WISP 2: read, and not answered, which means 1.2
 *   0xf1 CREDIT u32 bytes that may be sent beyond those before      both, extension
 *   0xf2 END    nothing: no more DATA in this direction             both, extension
 * </pre>
 *
 * <p><b>The extension</b> is agreed on by the WebSocket subprotocol {@link dev.samovar.protocol.wisp.Wisp#SUBPROTOCOL};
 * it costs no round trip and a client of plain WISP never meets it. Servers of others accept any subprotocol: one that
 * knows this says so by its first CONTINUE, whose number is UP_WINDOW. With it there is no CONTINUE: each direction of a
 * stream begins with {@link dev.samovar.protocol.wisp.Wisp#UP_WINDOW} or {@link
 * dev.samovar.protocol.wisp.Wisp#DOWN_WINDOW} bytes and grows by CREDIT, exactly, where CONTINUE <em>sets</em> a count
 * that frames under way have already used. The server's first CREDIT of a stream, which may be
 * of 0 bytes, says that it is connected. Both directions ended, a stream is closed without a CLOSE.
 */
package dev.samovar.protocol.wisp;
