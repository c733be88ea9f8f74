/**
 * Terminals: what somebody types becomes what a program reads, and what it writes becomes what they see.
 *
 * <p><b>Role.</b> {@link dev.samovar.kernel.tty.Terminals} owns the record: a ring of input, a pipe of output whose
 * other end the kernel worker holds, size and settings. {@link dev.samovar.kernel.tty.LineDiscipline} turns keys into
 * input, echo and signals; whoever puts the keys in does that work. {@link dev.samovar.kernel.tty.Settings} is their
 * text form, read and written through {@code /dev/ttyctl}.
 *
 * <p><b>Lock order.</b> A terminal's lock → its output pipe's write lock (echo) → the locks of {@code memory}. It is
 * never held while something sleeps: echo that finds no room is dropped, as is a key.
 *
 * <p><b>Invariants.</b> {@code HEAD ≤ COMMITTED ≤ TAIL} (modulo 2<sup>32</sup>, at most a ring apart): what lies
 * before COMMITTED can be read, what lies behind it is the line that is being typed. A terminal lives while a process
 * calls it its controlling terminal or has it open.
 */
package dev.samovar.kernel.tty;
