package dev.samovar.jvm;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.Import;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** A WebAssembly program that was parsed and compiled, and can be run any number of times. */
public final class Program {
  final WasmModule module;
  final Function<Instance, Machine> machine;

  private Program(WasmModule module) {
    this.module = module;
    // Functions over the JVM's limit for a method are interpreted.
    machine = MachineFactoryCompiler.builder(module).withInterpreterFallback(InterpreterFallback.SILENT).compile();
  }

  /**
   * Compiles a program.
   *
   * @param bytes a module for {@code wasm32-wasi} (preview 1)
   * @param name what messages call it
   * @throws IllegalArgumentException if it is none, with a sentence that says why
   */
  public static Program of(byte[] bytes, String name) {
    if (bytes.length < 4 || bytes[0] != 0 || bytes[1] != 'a' || bytes[2] != 's' || bytes[3] != 'm') {
      throw new IllegalArgumentException(name + ": not a WebAssembly program (it does not begin with \\0asm)");
    }
    WasmModule module;
    try {
      module = Parser.parse(bytes);
    } catch (ChicoryException e) {
      throw new IllegalArgumentException(name + ": not a valid WebAssembly program: " + e.getMessage(), e);
    }
    String problem = problem(module);
    if (!problem.isEmpty()) {
      throw new IllegalArgumentException(name + ": " + problem);
    }
    return new Program(module);
  }

  private static String problem(WasmModule module) {
    Set<String> known = new Functions(null, null).signatures.keySet();
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      Import wanted = module.importSection().getImport(i);
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
    return exports(module, "_start", ExternalType.FUNCTION) ? ""
        : "it exports no function _start: it is a library, not a program";
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
