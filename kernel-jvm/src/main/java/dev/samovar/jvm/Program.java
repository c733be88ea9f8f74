package dev.samovar.jvm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** A WebAssembly program that was parsed and compiled, and can be run any number of times. */
public final class Program {
  final WasmModule module;
  final Function<Instance, Machine> machine;

  Program(CompiledModule compiled) {
    // What the classes stand for was validated when they were made.
    module = Parser.builder().withValidation(false).build().parse(() -> new ByteArrayInputStream(compiled.skeleton()));
    machine = compiled.machines();
  }

  /** {@link #of(byte[], String, ClassCache, Progress)} with the {@linkplain ClassCache#standard standard} cache. */
  public static Program of(byte[] bytes, String name) {
    return of(bytes, name, ClassCache.standard(), Progress.NONE);
  }

  /**
   * Compiles a program, or takes what was compiled before.
   *
   * @param bytes a module for {@code wasm32-wasi} (preview 1)
   * @param name what messages call it
   * @param cache where compiled classes are kept
   * @param progress hears about a compilation that takes more than a second
   * @throws IllegalArgumentException if it is none, with a sentence that says why
   */
  public static Program of(byte[] bytes, String name, ClassCache cache, Progress progress) {
    if (bytes.length < 4 || bytes[0] != 0 || bytes[1] != 'a' || bytes[2] != 's' || bytes[3] != 'm') {
      throw new IllegalArgumentException(name + ": not a WebAssembly program (it does not begin with \\0asm)");
    }
    return of(sha256(bytes), () -> bytes, name, cache, progress);
  }

  /** As the other one, for bytes that are read only if nobody has compiled what has their hash. */
  static Program of(String hash, Supplier<byte[]> bytes, String name, ClassCache cache, Progress progress) {
    try {
      Program program = new Program(cache.findOrMake(hash,
          () -> progress.during("Compiling " + name + " for the JVM", () -> compile(bytes.get(), name))));
      check(program.module, name);
      return program;
    } catch (ChicoryException e) {
      throw new IllegalArgumentException(name + ": not a valid WebAssembly program: " + e.getMessage(), e);
    }
  }

  private static CompiledModule compile(byte[] bytes, String name) {
    check(Parser.parse(bytes), name);
    return CompiledModule.of(bytes);
  }

  private static void check(WasmModule module, String name) {
    String problem = problem(module);
    if (!problem.isEmpty()) {
      throw new IllegalArgumentException(name + ": " + problem);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String problem(WasmModule module) {
    Set<String> known = new Functions(null, null).signatures.keySet();
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      Import wanted = module.importSection().getImport(i);
      if (wanted.importType() == ExternalType.MEMORY && wanted.module().equals("env") && wanted.name().equals("memory")
          || wanted.importType() == ExternalType.FUNCTION && wanted.module().equals(Functions.THREADS)
              && wanted.name().equals(Functions.THREAD_SPAWN)) {
        continue;
      }
      if (wanted.importType() != ExternalType.FUNCTION || !wanted.module().equals(Functions.MODULE)
          || !known.contains(wanted.name())) {
        missing.add(wanted.module() + "." + wanted.name());
      }
    }
    if (!missing.isEmpty()) {
      String some = String.join(", ", missing.subList(0, Math.min(5, missing.size())));
      String more = missing.size() > 5 ? " and " + (missing.size() - 5) + " more" : "";
      return "it imports " + some + more + ", which Samovar does not provide; build it for wasm32-wasi (preview 1)";
    }
    if (!exports(module, "_start", ExternalType.FUNCTION)) {
      return "it exports no function _start: it is a library, not a program";
    }
    return threadProblem(module);
  }

  private static String threadProblem(WasmModule module) {
    MemoryLimits memory = importedMemory(module);
    boolean spawns = false;
    for (int i = 0; i < module.importSection().importCount(); i++) {
      spawns |= module.importSection().getImport(i).module().equals(Functions.THREADS);
    }
    if (memory != null && !memory.shared()) {
      return "it imports a memory that is not shared; link it without --import-memory, or for wasm32-wasip1-threads";
    }
    if (spawns && memory == null) {
      return "it starts threads, but does not import its memory; link it with --import-memory and --shared-memory";
    }
    return spawns && !exports(module, "wasi_thread_start", ExternalType.FUNCTION)
        ? "it starts threads, but exports no function wasi_thread_start; build it for wasm32-wasip1-threads" : "";
  }

  private static MemoryLimits importedMemory(WasmModule module) {
    for (int i = 0; i < module.importSection().importCount(); i++) {
      if (module.importSection().getImport(i) instanceof MemoryImport memory) {
        return memory.limits();
      }
    }
    return null;
  }

  /** Whether its memory is given to it, to be shared by its threads. */
  boolean importsMemory() {
    return importedMemory(module) != null;
  }

  /**
   * What its memory may have at most.
   *
   * @param most pages that it is allowed; null if it has no memory of its own
   * @throws IllegalArgumentException if it begins with more
   */
  MemoryLimits memory(int most) {
    MemoryLimits declared = importedMemory(module);
    if (declared == null) {
      if (module.memorySection().isEmpty() || module.memorySection().get().memoryCount() == 0) {
        return null;
      }
      declared = module.memorySection().get().getMemory(0).limits();
    }
    if (declared.initialPages() > most) {
      throw new IllegalArgumentException("it needs " + size(declared.initialPages()) + " of memory to begin with, more than"
          + " its limit of " + size(most) + " (limits.memory)");
    }
    return new MemoryLimits(declared.initialPages(), Math.min(declared.maximumPages(), most), declared.shared());
  }

  private static String size(int pages) {
    return pages % 16 == 0 ? pages / 16 + " MiB" : pages * 64 + " KiB";
  }

  /** Whether it gives its memory to the kernel. */
  boolean exportsMemory() {
    return exports(module, "memory", ExternalType.MEMORY);
  }

  private static boolean exports(WasmModule module, String name, ExternalType type) {
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      if (module.exportSection().getExport(i).name().equals(name)
          && module.exportSection().getExport(i).exportType() == type) {
        return true;
      }
    }
    return false;
  }
}
