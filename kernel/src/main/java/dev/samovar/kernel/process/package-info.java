/**
 * Processes, their threads and descriptors, and the workers that run them.
 *
 * <p><b>Role.</b> {@link dev.samovar.kernel.process.Processes} owns the process record and table,
 * {@link dev.samovar.kernel.process.Threads} the state word that says who may be in the kernel,
 * {@link dev.samovar.kernel.process.Descriptors} what a process's numbers stand for,
 * {@link dev.samovar.kernel.process.WorkerTable} the workers, and {@link dev.samovar.kernel.process.Scheduler}, which
 * only the kernel worker has, who runs where and when.
 *
 * <p><b>Lock order.</b> The process lock (the table), before everything in {@code fs} and {@code memory}. A process's
 * descriptor table belongs to its only thread while it has but one, and to the kernel worker afterwards: no lock. Once it
 * has several ({@code Processes.SHARED}), the table's lock is held for a look-up or a change, a leaf; each system call holds
 * the files that it looked up until it leaves the kernel. The lock of a file's offset comes before those of {@code fs}.
 *
 * <p><b>Invariants.</b> A thread's record lies in its worker's slot and is used again only when that worker is idle or
 * really gone: whoever is late finds its own state word, and the door shut. Who sets a thread's state to EXITED or
 * KILLED (by compare-and-swap, so exactly one) makes it leave its process; nobody touches the process through that thread
 * afterwards. Whoever leaves last ({@code ThreadSet.leave}) closes the process and announces its end, with the status that
 * was decided first; a thread that was promised a worker counts until the promise is taken back. A NEW process belongs to
 * its parent's thread, and from the request to {@code /dev/spawn} on to the kernel worker; others only read its record.
 */
package dev.samovar.kernel.process;
