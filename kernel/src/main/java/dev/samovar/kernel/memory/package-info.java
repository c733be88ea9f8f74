/**
 * Memory, locks and queues: everything above is laid out with what is here.
 *
 * <p><b>Role.</b> {@link dev.samovar.kernel.memory.PageAllocator} hands out runs of 4 KiB pages of the shared memory,
 * {@link dev.samovar.kernel.memory.SlabAllocator} small records carved from such pages.
 * {@link dev.samovar.kernel.memory.Mutex}, {@link dev.samovar.kernel.memory.RwLock} and
 * {@link dev.samovar.kernel.memory.WaitQueue} are futexes: words in that memory.
 *
 * <p><b>Views, not objects.</b> Each class here is a view that one worker makes once; a record is an {@code int}
 * address which the view's methods take. No call allocates on the Java heap, and what a worker holds in its heap it
 * can make again from the shared memory.
 *
 * <p><b>Lock order.</b> A slab class's lock, then the page allocator's lock. Both are leaves: nothing else is locked
 * and nothing waits for an event while they are held. What is above (inodes, pipes, processes) is locked before them.
 *
 * <p><b>Invariants.</b> Addresses are non-negative; 0 is "none". A lock word holds its owner's worker number. Every
 * sleep is bounded and looks again at what it waits for, since a terminated worker can take wake-ups with it.
 * {@link dev.samovar.kernel.memory.Ledger} says how a record kind takes part in {@code os.check()}: whoever adds one
 * adds that, too.
 */
package dev.samovar.kernel.memory;
