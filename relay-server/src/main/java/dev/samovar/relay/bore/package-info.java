/**
 * A bore server: it lends a public port to a client that calls it, and hands each visitor of that port to the client.
 *
 * <p>{@link dev.samovar.relay.bore.BoreServer} accepts; a {@code BoreConnection} is one accepted connection until it
 * turns out to be a tunnel's control connection or the fetching of a visitor; a {@code Tunnel} is a lent port with its
 * visitors; a {@code Splice} joins a visitor and the client, each direction ending by itself.
 */
package dev.samovar.relay.bore;
