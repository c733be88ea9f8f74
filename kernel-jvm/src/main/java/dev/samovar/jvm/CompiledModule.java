package dev.samovar.jvm;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.internal.ByteClassCollector;
import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.compiler.internal.CompilerResult;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What the compiler made of a module.
 *
 * @param skeleton the module without what the classes stand for: see {@link Skeleton}
 * @param mainClass the one that is instantiated with an {@link Instance}
 * @param classes their bytes, by name
 */
record CompiledModule(byte[] skeleton, String mainClass, Map<String, ByteBuffer> classes) {

  /**
   * Compiles. Large functions are made smaller first; what is over the JVM's limit for a method all the same is left to the
   * interpreter, and stays in the skeleton.
   */
  static CompiledModule of(byte[] bytes) {
    return ofSmall(Outliner.outline(bytes));
  }

  static CompiledModule ofSmall(byte[] bytes) {
    WasmModule module = Parser.parse(bytes);
    CompilerResult result = Compiler.builder(module).withInterpreterFallback(InterpreterFallback.SILENT)
        .withClassCollectorFactory(ByteClassCollector::new).build().compile();
    Map<String, ByteBuffer> classes = new LinkedHashMap<>();
    result.classBytes().forEach((name, code) -> classes.put(name.replace('/', '.'), ByteBuffer.wrap(code)));
    return new CompiledModule(
        Skeleton.of(bytes, module.importSection().importCount(), result.interpretedFunctions()),
        result.collector().mainClassName().replace('/', '.'), classes);
  }

  /** What makes the machine of an instance. Classes are loaded when they are first used. */
  Function<Instance, Machine> machines() {
    try {
      Constructor<? extends Machine> constructor = Class.forName(mainClass, true, new Loader(classes))
          .asSubclass(Machine.class).getConstructor(Instance.class);
      return instance -> {
        try {
          return constructor.newInstance(instance);
        } catch (InvocationTargetException e) {
          throw e.getCause() instanceof RuntimeException problem ? problem : new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      };
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the compiler's classes are not as expected", e);
    }
  }

  private static final class Loader extends ClassLoader {
    static {
      registerAsParallelCapable();
    }

    private final Map<String, ByteBuffer> classes;

    Loader(Map<String, ByteBuffer> classes) {
      super(CompiledModule.class.getClassLoader());
      this.classes = classes;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      ByteBuffer code = classes.get(name);
      if (code == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, code.duplicate(), null);
    }
  }
}
