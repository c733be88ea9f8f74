/**
 * The kernel as a WebAssembly module, the same one in every worker of an OS: its raw exports, and the three seams over
 * what the module imports.
 *
 * <p>{@link dev.samovar.web.Syscalls} are the 46 functions that guests call through the gate;
 * {@link dev.samovar.web.ProcessWorker} and {@link dev.samovar.web.KernelWorker} what the scripts of the two kinds of
 * workers call. A worker uses one of the two kinds. There is one context a module instance, that is one a worker: the
 * statics here are that worker's.
 *
 * <p>Nothing here uses TeaVM's JSO: strings are bytes in the kernel's memory, and the host's functions are plain
 * imports. A Java exception that leaves an export of a guest's is a fault of the
 * kernel: it leaves the thread's state at KERNEL, and whoever finds that next declares a panic.
 */
package dev.samovar.web;
