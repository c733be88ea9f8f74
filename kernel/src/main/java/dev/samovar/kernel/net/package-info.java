/**
 * The network inside an OS: one host, with TCP over its loopback.
 *
 * <p><b>Role.</b> {@link dev.samovar.kernel.net.Sockets} owns the socket record, the ports that are taken and the queues
 * of connections that wait to be accepted. A connection is two pipes of {@code fs}, one for each direction, so that
 * reading, writing, sleeping and half-close are what they are there. The kernel worker is a peer like any other: it holds
 * an end, puts bytes into one pipe and takes them from the other.
 *
 * <p><b>Names.</b> {@code localhost}, every address of 127.0.0.0/8, {@code ::1} and the wildcards mean this host; a port
 * is taken for all of them at once. Which names those are, {@link dev.samovar.kernel.capability.Hosts} says. A connection to
 * any other host is an {@link dev.samovar.kernel.net.Outside} that the kernel worker grants, by being the other end, or
 * refuses. What a process may do is asked above, in {@code process.Network}.
 *
 * <p><b>Lock order.</b> The network lock, before a pipe's locks and those of {@code memory}; nobody who holds a lock of
 * {@code fs} or {@code process} takes it.
 *
 * <p><b>Invariants.</b> A socket record belongs to one holder: an open file, the queue of a listener, or the kernel worker.
 * A connection's two ends know nothing of each other but the pipes that they share, and keep those until they are closed
 * themselves: so a thread may be inside a call while another one shuts that way. What state a socket is in changes only
 * under the network lock.
 */
package dev.samovar.kernel.net;
