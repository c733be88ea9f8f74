/**
 * The WebSocket protocol (RFC 6455), a client's side, as a format: {@link dev.samovar.protocol.websocket.Handshake} for the
 * upgrade, {@link dev.samovar.protocol.websocket.FrameReader} for what the server sends, whose payloads it never sees,
 * and {@link dev.samovar.protocol.websocket.Frames} for what the client does. That a text is UTF-8 is for who joins its
 * fragments to find out.
 */
package dev.samovar.protocol.websocket;
