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
 * descriptor table belongs to its only thread while that lives, and to the kernel worker afterwards: no lock.
 *
 * <p><b>Invariants.</b> A thread's record lies in its worker's slot and is used again only when that worker is idle or
 * really gone: whoever is late finds its own state word, and the door shut. Who sets a thread's state to EXITED or
 * KILLED (by compare-and-swap, so exactly one) finishes the process; nobody touches the process through that thread
 * afterwards.
 */
package dev.samovar.kernel.process;
