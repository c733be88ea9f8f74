/**
 * The three seams between the kernel and whatever runs it: {@link dev.samovar.kernel.host.KernelMemory} (the shared
 * memory), {@link dev.samovar.kernel.host.GuestMemory} (the memory of the program that makes a system call) and
 * {@link dev.samovar.kernel.host.Host} (time, randomness, leaving a guest). Each build has one implementation of each.
 */
package dev.samovar.kernel.host;
