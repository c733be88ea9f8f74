package dev.samovar.jvm;

import com.dylibso.chicory.wasm.Version;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * Keeps on disk what the compiler made of WebAssembly modules: a file for each, under the SHA-256 of the module and the
 * version of the compiler. Several processes may use one folder at once: an entry is written beside and renamed, and
 * whoever wants one that is just being made waits for it. An entry that is damaged counts as missing.
 *
 * <p>The folder is trusted as much as the programs of its owner are: the sum in an entry finds damage, not malice.
 */
public final class ClassCache {
  /** Keeps nothing. */
  public static final ClassCache NONE = new ClassCache(null);
  private static final long MAGIC = 0x53_41_4d_4f_56_41_52_31L;     // SAMOVAR1
  private static final int HEAD = 16;
  /** Changes whenever {@link CompiledModule} makes other classes, or skeletons, of the same module. */
  private static final int FORMAT = 2;

  private final Path folder;
  private final Map<String, Object> inTheMaking = new ConcurrentHashMap<>();

  private ClassCache(Path folder) {
    this.folder = folder;
  }

  /** Keeps them in a folder, which is made when it is needed. */
  public static ClassCache in(Path folder) {
    return new ClassCache(folder);
  }

  /**
   * Where they are kept if nothing else is said: the folder that the system property {@code samovar.classes} names, else
   * {@code samovar/classes} in the user's cache folder.
   */
  public static ClassCache standard() {
    String stated = System.getProperty("samovar.classes");
    String caches = System.getenv("XDG_CACHE_HOME");
    return in(stated != null ? Path.of(stated)
        : (caches != null && !caches.isEmpty() ? Path.of(caches) : Path.of(System.getProperty("user.home"), ".cache"))
            .resolve("samovar").resolve("classes"));
  }

  /**
   * What is kept under a hash, or null.
   *
   * @param hash SHA-256 of the module, in hex
   */
  CompiledModule find(String hash) {
    if (folder == null) {
      return null;
    }
    try (FileChannel file = FileChannel.open(entry(hash), StandardOpenOption.READ)) {
      return file.size() < HEAD ? null : read(file.map(FileChannel.MapMode.READ_ONLY, 0, file.size()));
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  /** What is kept under a hash, or else made now and kept. Where it cannot be kept it is made each time. */
  CompiledModule findOrMake(String hash, Supplier<CompiledModule> maker) {
    CompiledModule found = find(hash);
    if (found != null || folder == null) {
      return found == null ? maker.get() : found;
    }
    synchronized (inTheMaking.computeIfAbsent(hash, each -> new Object())) {
      FileChannel lock = lock(hash);
      try {
        found = find(hash);
        if (found == null) {
          found = maker.get();
          keep(hash, found);
        }
        return found;
      } finally {
        close(lock);
      }
    }
  }

  private Path entry(String hash) {
    return folder.resolve(hash + "-" + Version.version() + "-" + FORMAT + ".classes");
  }

  /** Held by the process that makes an entry, and let go of by its end at the latest; null if there are no locks here. */
  private FileChannel lock(String hash) {
    FileChannel channel = null;
    try {
      Files.createDirectories(folder);
      channel = FileChannel.open(folder.resolve(hash + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      return channel;
    } catch (IOException | RuntimeException e) {
      close(channel);
      return null;
    }
  }

  private static void close(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Its lock goes with the process.
      }
    }
  }

  private void keep(String hash, CompiledModule compiled) {
    Path beside = null;
    try {
      beside = Files.createTempFile(folder, hash, ".new");
      Files.write(beside, bytes(compiled));
      Files.move(beside, entry(hash), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      try {
        if (beside != null) {
          Files.deleteIfExists(beside);
        }
      } catch (IOException more) {
        // A full or broken disk: the first error has said it.
      }
    }
  }

  private static byte[] bytes(CompiledModule compiled) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(body);
    out.writeLong(MAGIC);
    out.writeLong(0);
    out.writeInt(compiled.skeleton().length);
    out.write(compiled.skeleton());
    out.writeUTF(compiled.mainClass());
    out.writeInt(compiled.classes().size());
    for (Map.Entry<String, ByteBuffer> each : compiled.classes().entrySet()) {
      out.writeUTF(each.getKey());
      byte[] bytes = new byte[each.getValue().remaining()];
      each.getValue().duplicate().get(bytes);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
    byte[] all = body.toByteArray();
    CRC32 sum = new CRC32();
    sum.update(all, HEAD, all.length - HEAD);
    ByteBuffer.wrap(all).putLong(8, sum.getValue());
    return all;
  }

  /** Null if the bytes are not what was written. */
  private static CompiledModule read(ByteBuffer from) {
    CRC32 sum = new CRC32();
    sum.update(from.slice(HEAD, from.limit() - HEAD));
    if (from.getLong() != MAGIC || from.getLong() != sum.getValue()) {
      return null;
    }
    byte[] skeleton = new byte[from.getInt()];
    from.get(skeleton);
    String main = text(from);
    Map<String, ByteBuffer> classes = new LinkedHashMap<>();
    for (int left = from.getInt(); left > 0; left--) {
      String name = text(from);
      int length = from.getInt();
      classes.put(name, from.slice(from.position(), length));
      from.position(from.position() + length);
    }
    return new CompiledModule(skeleton, main, classes);
  }

  private static String text(ByteBuffer from) {
    byte[] bytes = new byte[Short.toUnsignedInt(from.getShort())];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
