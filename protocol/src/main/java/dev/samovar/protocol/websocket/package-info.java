/**
 * The WebSocket protocol (RFC 6455), as a format: {@link dev.samovar.protocol.websocket.Handshake} for the
 * upgrade, {@link dev.samovar.protocol.websocket.FrameReader} for what the other side sends, whose payloads it never sees,
 * and {@link dev.samovar.protocol.websocket.Frames} for what goes there. That a text is UTF-8 is for who joins its
 * fragments to find out.
 */
package dev.samovar.protocol.websocket;
