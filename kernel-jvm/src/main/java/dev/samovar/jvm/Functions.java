package dev.samovar.jvm;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import dev.samovar.kernel.process.Threads;
import dev.samovar.wasi.Wasi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions of WASI preview 1 as one worker's guests import them: the one place where names meet the bridge. Each
 * probes the stack, enters the kernel, calls the bridge, and leaves with its errno. Entry and exit do not return to a
 * guest that was killed.
 */
final class Functions {
  static final String MODULE = "wasi_snapshot_preview1";
  /** The module of wasi-threads, and its one function. */
  static final String THREADS = "wasi";
  static final String THREAD_SPAWN = "thread-spawn";

  /** A function without its way in and out. Arguments are as Chicory has them, a long each. */
  private interface Call {
    int errno(long[] a);
  }

  /** Parameters by name: i is i32, I is i64. */
  final Map<String, String> signatures = new LinkedHashMap<>();
  private final Map<String, HostFunction> functions = new HashMap<>();
  private final Threads threads;
  private final StackProbe probe = new StackProbe();

  Functions(Wasi wasi, Threads threads) {
    this.threads = threads;
    add("args_get", "ii", a -> wasi.args.get(i(a, 0), i(a, 1)));
    add("args_sizes_get", "ii", a -> wasi.args.sizesGet(i(a, 0), i(a, 1)));
    add("environ_get", "ii", a -> wasi.environ.get(i(a, 0), i(a, 1)));
    add("environ_sizes_get", "ii", a -> wasi.environ.sizesGet(i(a, 0), i(a, 1)));
    add("clock_res_get", "ii", a -> wasi.clock.resGet(i(a, 0), i(a, 1)));
    add("clock_time_get", "iIi", a -> wasi.clock.timeGet(i(a, 0), i(a, 2)));
    addDescriptorFunctions(wasi);
    addPathFunctions(wasi);
    add("poll_oneoff", "iiii", a -> wasi.poll.oneoff(i(a, 0), i(a, 1), i(a, 2), i(a, 3)));
    define("proc_exit", "i", List.of(), a -> {
      wasi.proc.exit(i(a, 0));
      return 0;
    });
    add("proc_raise", "i", a -> wasi.proc.raise(i(a, 0)));
    add("sched_yield", "", a -> wasi.sched.yield());
    add("random_get", "ii", a -> wasi.random.get(i(a, 0), i(a, 1)));
    add("sock_accept", "iii", a -> wasi.sock.accept(i(a, 0), i(a, 1), i(a, 2)));
    add("sock_recv", "iiiiii", a -> wasi.sock.receive(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4), i(a, 5)));
    add("sock_send", "iiiii", a -> wasi.sock.send(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4)));
    add("sock_shutdown", "ii", a -> wasi.sock.shutdown(i(a, 0), i(a, 1)));
    define(THREADS, THREAD_SPAWN, "i", List.of(ValType.I32), a -> wasi.threads.spawn(i(a, 0)));
    addSocketFunctions(wasi);
  }

  /** WasmEdge's; of some there are two versions, of different types. */
  private void addSocketFunctions(Wasi wasi) {
    add("sock_open", "iii", a -> wasi.sockets.open(i(a, 0), i(a, 1), i(a, 2)));
    add("sock_bind", "iii", a -> wasi.sockets.bind(i(a, 0), i(a, 1), i(a, 2)));
    add("sock_listen", "ii", a -> wasi.sockets.listen(i(a, 0), i(a, 1)));
    add("sock_connect", "iii", a -> wasi.sockets.connect(i(a, 0), i(a, 1), i(a, 2)));
    add("sock_getaddrinfo", "iiiiiiii", a -> wasi.sockets.getAddressInfo(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4),
        i(a, 5), i(a, 6), i(a, 7)));
    add("sock_getlocaladdr", "iii", a -> wasi.sockets.getLocalAddress(i(a, 0), i(a, 1), 0, i(a, 2)));
    add("sock_getpeeraddr", "iii", a -> wasi.sockets.getPeerAddress(i(a, 0), i(a, 1), 0, i(a, 2)));
    add("sock_getsockopt", "iiiii", a -> wasi.sockets.getOption(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4)));
    add("sock_setsockopt", "iiiii", a -> wasi.sockets.setOption(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4)));
    add("sock_recv_from", "iiiiiiii", a -> wasi.sockets.receiveFrom(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4),
        i(a, 5), i(a, 6), i(a, 7)));
    add("sock_send_to", "iiiiiii",
        a -> wasi.sockets.sendTo(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4), i(a, 5), i(a, 6)));
    add("sock_accept_v1", "ii", a -> wasi.sockets.accept(i(a, 0), i(a, 1)));
    add("sock_getlocaladdr_v1", "iiii", a -> wasi.sockets.getLocalAddress(i(a, 0), i(a, 1), i(a, 2), i(a, 3)));
    add("sock_getpeeraddr_v1", "iiii", a -> wasi.sockets.getPeerAddress(i(a, 0), i(a, 1), i(a, 2), i(a, 3)));
  }

  private void addDescriptorFunctions(Wasi wasi) {
    add("fd_advise", "iIIi", a -> wasi.fd.advise(i(a, 0), a[1], a[2], i(a, 3)));
    add("fd_allocate", "iII", a -> wasi.fd.allocate(i(a, 0), a[1], a[2]));
    add("fd_close", "i", a -> wasi.fd.close(i(a, 0)));
    add("fd_datasync", "i", a -> wasi.fd.datasync(i(a, 0)));
    add("fd_fdstat_get", "ii", a -> wasi.fd.fdstatGet(i(a, 0), i(a, 1)));
    add("fd_fdstat_set_flags", "ii", a -> wasi.fd.fdstatSetFlags(i(a, 0), i(a, 1)));
    add("fd_fdstat_set_rights", "iII", a -> wasi.fd.fdstatSetRights(i(a, 0), a[1], a[2]));
    add("fd_filestat_get", "ii", a -> wasi.fd.filestatGet(i(a, 0), i(a, 1)));
    add("fd_filestat_set_size", "iI", a -> wasi.fd.filestatSetSize(i(a, 0), a[1]));
    add("fd_filestat_set_times", "iIIi", a -> wasi.fd.filestatSetTimes(i(a, 0), a[1], a[2], i(a, 3)));
    add("fd_pread", "iiiIi", a -> wasi.fd.pread(i(a, 0), i(a, 1), i(a, 2), a[3], i(a, 4)));
    add("fd_prestat_get", "ii", a -> wasi.fd.prestatGet(i(a, 0), i(a, 1)));
    add("fd_prestat_dir_name", "iii", a -> wasi.fd.prestatDirName(i(a, 0), i(a, 1), i(a, 2)));
    add("fd_pwrite", "iiiIi", a -> wasi.fd.pwrite(i(a, 0), i(a, 1), i(a, 2), a[3], i(a, 4)));
    add("fd_read", "iiii", a -> wasi.fd.read(i(a, 0), i(a, 1), i(a, 2), i(a, 3)));
    add("fd_readdir", "iiiIi", a -> wasi.fd.readdir(i(a, 0), i(a, 1), i(a, 2), a[3], i(a, 4)));
    add("fd_renumber", "ii", a -> wasi.fd.renumber(i(a, 0), i(a, 1)));
    add("fd_seek", "iIii", a -> wasi.fd.seek(i(a, 0), a[1], i(a, 2), i(a, 3)));
    add("fd_sync", "i", a -> wasi.fd.sync(i(a, 0)));
    add("fd_tell", "ii", a -> wasi.fd.tell(i(a, 0), i(a, 1)));
    add("fd_write", "iiii", a -> wasi.fd.write(i(a, 0), i(a, 1), i(a, 2), i(a, 3)));
  }

  private void addPathFunctions(Wasi wasi) {
    add("path_create_directory", "iii", a -> wasi.path.createDirectory(i(a, 0), i(a, 1), i(a, 2)));
    add("path_filestat_get", "iiiii", a -> wasi.path.filestatGet(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4)));
    add("path_filestat_set_times", "iiiiIIi",
        a -> wasi.path.filestatSetTimes(i(a, 0), i(a, 1), i(a, 2), i(a, 3), a[4], a[5], i(a, 6)));
    add("path_link", "iiiiiii", a -> wasi.path.link(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4), i(a, 5), i(a, 6)));
    add("path_open", "iiiiiIIii",
        a -> wasi.path.open(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4), a[5], a[6], i(a, 7), i(a, 8)));
    add("path_readlink", "iiiiii", a -> wasi.path.readlink(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4), i(a, 5)));
    add("path_remove_directory", "iii", a -> wasi.path.removeDirectory(i(a, 0), i(a, 1), i(a, 2)));
    add("path_rename", "iiiiii", a -> wasi.path.rename(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4), i(a, 5)));
    add("path_symlink", "iiiii", a -> wasi.path.symlink(i(a, 0), i(a, 1), i(a, 2), i(a, 3), i(a, 4)));
    add("path_unlink_file", "iii", a -> wasi.path.unlinkFile(i(a, 0), i(a, 1), i(a, 2)));
  }

  private static int i(long[] arguments, int index) {
    return (int) arguments[index];
  }

  private void add(String name, String parameters, Call call) {
    define(name, parameters, List.of(ValType.I32), call);
  }

  private void define(String name, String parameters, List<ValType> results, Call call) {
    signatures.put(name, parameters);
    define(MODULE, name, parameters, results, call);
  }

  private void define(String module, String name, String parameters, List<ValType> results, Call call) {
    List<ValType> types = new ArrayList<>();
    for (char c : parameters.toCharArray()) {
      types.add(c == 'I' ? ValType.I64 : ValType.I32);
    }
    functions.put(name, new HostFunction(module, name.replace("_v1", ""), FunctionType.of(types, results), (instance, arguments) -> {
      probe.check();
      threads.enter();
      int errno = threads.exit(call.errno(arguments));
      return new long[] {errno};
    }));
  }

  /**
   * What a guest is instantiated with: of the functions that there are in two versions, those whose types it
   * names. {@code memory} is null if it has its own.
   */
  ImportValues imports(WasmModule module, GuestPages memory) {
    Map<String, HostFunction> chosen = new HashMap<>(functions);
    for (int i = 0; i < module.importSection().importCount(); i++) {
      HostFunction other = functions.get(module.importSection().getImport(i).name() + "_v1");
      if (other != null && module.importSection().getImport(i) instanceof FunctionImport wanted
          && module.typeSection().getType(wanted.typeIndex()).equals(other.functionType())) {
        chosen.put(wanted.name(), other);
      }
    }
    chosen.keySet().removeIf(name -> name.endsWith("_v1"));
    ImportValues.Builder all = ImportValues.builder().addFunction(chosen.values().toArray(HostFunction[]::new));
    return (memory == null ? all : all.addMemory(new ImportMemory("env", "memory", memory))).build();
  }
}
