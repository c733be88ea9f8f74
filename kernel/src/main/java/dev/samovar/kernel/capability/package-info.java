/**
 * What a process may do and how much of it: capabilities, limits, and the ring in which refusals are noted.
 *
 * <p><b>Role.</b> {@link dev.samovar.kernel.capability.Capabilities} and {@link dev.samovar.kernel.capability.Limits}
 * are views over records in the shared memory, which a process names and shares with its children by reference count;
 * a process without restrictions names none, and pays a load and a branch. The {@code …Request} classes are what a user
 * asked for, read from JSON. {@link dev.samovar.kernel.capability.Quota} is what a worker knows of the limits of the
 * process that it runs.
 *
 * <p>Below {@code fs}: a walk asks {@link dev.samovar.kernel.capability.Capabilities} what each name is granted. Who
 * resolves the paths of a request is {@code process.Confinement}, above it.
 *
 * <p><b>Invariants.</b> A record does not change once a process has it, its counts excepted: a child that gets less
 * gets another one. No lock but the audit ring's, which is a leaf.
 */
package dev.samovar.kernel.capability;
