/**
 * What the relay and the bore server share: asynchronous TCP with few threads, the list of allowed targets, quotas,
 * counters and the log. Nothing here waits on a thread of its own: an operation is begun, or tried, and who is told of its end,
 * or that it would not wait now, goes on.
 */
package dev.samovar.relay.net;
