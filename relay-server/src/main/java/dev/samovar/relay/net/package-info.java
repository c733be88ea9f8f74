/**
 * What the relay and the bore server share: asynchronous TCP with few threads, the list of allowed targets, quotas,
 * counters and the log. Nothing here waits on a thread of its own: every operation is begun, and its handler goes on.
 */
package dev.samovar.relay.net;
