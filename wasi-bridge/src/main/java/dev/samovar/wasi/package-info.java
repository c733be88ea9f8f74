/**
 * WASI preview 1 over the kernel: one class for each family of functions, with the names of the specification
 * (wasi_snapshot_preview1.witx). The bridge knows no host: a build exports these functions to its guests, each call
 * between {@code Threads.enter} and {@code Threads.exit}.
 *
 * <p>A method takes the raw arguments of its function and answers an errno. Pointers and lengths are unsigned and
 * unchecked; all guest memory that a call reads is copied into the worker's arena once, and checked and used there.
 * A pointer that does not lie in the guest's memory is EFAULT. What a descriptor's rights do not allow is ENOTCAPABLE.
 */
package dev.samovar.wasi;
