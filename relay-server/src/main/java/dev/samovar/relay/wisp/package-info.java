/**
 * The relay: a browser's way to TCP. One WebSocket carries many streams, in the frames of
 * {@link dev.samovar.protocol.wisp}.
 *
 * <p>Memory is bounded on every path. To the target: a client has credit, and one without (plain WISP counts frames,
 * not bytes) is not read from while a stream of its holds too much. From the target: a stream is read only when its last
 * frame has gone out, so the relay holds one frame of it. Answers: a client that makes us answer and does not read is
 * not read from either. Streams, sockets and lookups are counted and limited.
 *
 * <p>A stream's state is guarded by its monitor, under which frames may be handed to the WebSocket; nothing waits,
 * and what the WebSocket has to tell a stream comes on a thread that holds no other stream's monitor.
 */
package dev.samovar.relay.wisp;
