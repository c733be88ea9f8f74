/**
 * Samovar without a browser: the same kernel and bridge over memory of the JVM, with Chicory for the guests.
 *
 * <p>{@link dev.samovar.jvm.Samovar} is an OS; {@link dev.samovar.jvm.OsFiles} are its files and
 * {@link dev.samovar.jvm.OsProcess} a process in it. What is the kernel worker in a browser is here one thread and one
 * monitor, the {@link dev.samovar.jvm.Samovar} object: whoever uses the kernel worker's view holds it. A process worker is
 * a thread with a view of its own.
 *
 * <pre>
 *   try (Samovar os = Samovar.boot()) {
 *     os.files().write("/work/greeting.txt", "good day".getBytes());
 *     OsProcess.Result result = os.spawn(Program.of(bytes, "hello.wasm"), List.of("7")).result();
 *   }
 * </pre>
 */
package dev.samovar.jvm;
