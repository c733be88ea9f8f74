/**
 * HTTP/1.1 (RFC 9110, RFC 9112) and cookies (RFC 6265bis), of either side, as formats: bytes in, bytes out, no sockets.
 *
 * <p>A {@link dev.samovar.protocol.http.RequestReader} or {@link dev.samovar.protocol.http.ResponseReader} takes the bytes
 * of a head one by one, however they were split. From the head follows the {@link dev.samovar.protocol.http.Framing} of the
 * content: it takes the bytes that frame it, and says how many bytes of content come next, which it never sees. So whoever
 * moves them moves them in bulk.
 *
 * <p>What two parties could understand in two ways is refused, since that is how requests are smuggled (RFC 9112 §11.2).
 * Text is ISO 8859-1, a char for each byte, as the Fetch standard has it, too.
 */
package dev.samovar.protocol.http;
