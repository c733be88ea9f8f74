package dev.samovar.web;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileSystem.Cookies;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.program.Catalogue;
import dev.samovar.kernel.program.Detection;
import dev.samovar.kernel.program.Folder;
import dev.samovar.kernel.program.Plan;
import dev.samovar.kernel.program.Runtime;
import dev.samovar.protocol.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.teavm.interop.Export;

/**
 * Detection and the catalogue's rules, as kernel-worker.js asks for them. Texts are staged; a list of texts is staged
 * with a NUL after each.
 */
final class Programs {
  private static Catalogue catalogue = Catalogue.EMPTY;

  private Programs() {}

  /** Reads the catalogue, whose text is staged. Answers 0, or stages why not and answers the bytes of that. */
  @Export(name = "program_catalogue")
  public static int readCatalogue(int length) {
    try {
      catalogue = Catalogue.parse(text(KernelWorker.staging(), length));
      return 0;
    } catch (JsonException | RuntimeException e) {
      return stage(List.of(String.valueOf(e.getMessage())));
    }
  }

  /** The number, in the catalogue, of the runtime that a command means; -1 if it means none. Stages its arguments. */
  @Export(name = "program_for_command")
  public static int forCommand(int length) {
    return answer(catalogue.forCommand(text(KernelWorker.staging(), length)));
  }

  /**
   * The runtime for a file that is no WebAssembly program, by its first line ({@code #!}) or its ending: as for
   * {@link #forCommand}. Its name and its first bytes are staged.
   */
  @Export(name = "program_for_file")
  public static int forFile(int nameLength, int headLength) {
    String name = text(KernelWorker.staging(), nameLength);
    return answer(catalogue.forFile(name, text(KernelWorker.staging() + nameLength, headLength)));
  }

  private static int answer(Runtime runtime) {
    if (runtime == null) {
      return -1;
    }
    List<String> fields = new ArrayList<>(runtime.leadingArguments);
    stagedBytes = stage(fields);
    return catalogue.runtimes().indexOf(runtime);
  }

  /**
   * The arguments for a runtime, by its number in the catalogue: a working directory and a caller's arguments are staged,
   * and these with the script's absolute path then. Answers their bytes, or a negative errno.
   */
  @Export(name = "program_arguments")
  public static int arguments(int runtime, int length) {
    List<String> texts = list(length);
    return stage(catalogue.runtimes().get(runtime).withAbsoluteScript(texts.subList(1, texts.size()), texts.get(0)));
  }

  /** A list of texts that is staged. */
  static List<String> list(int length) {
    List<String> texts = new ArrayList<>();
    String all = text(KernelWorker.staging(), length);
    for (int start = 0; start < all.length(); ) {
      int end = all.indexOf('\0', start);
      texts.add(all.substring(start, end));
      start = end + 1;
    }
    return texts;
  }

  private static int stagedBytes;

  /** Bytes of the list that was staged last. */
  @Export(name = "program_staged")
  public static int stagedBytes() {
    return stagedBytes;
  }

  /**
   * Looks at the folder whose path is staged. Stages language, runtime, version, command, reason, missing, samovar.json, the number of
   * arguments, these, and names and values of the environment. Answers their bytes, or a negative errno.
   */
  @Export(name = "program_detect")
  public static int detect(int length) {
    String path = text(KernelWorker.staging(), length);
    int directory = FileOperations.openDirectory(length);
    if (directory < 0) {
      return directory;
    }
    Plan plan = Detection.of(new OpenFolder(path.substring(path.lastIndexOf('/') + 1), directory), catalogue);
    FileOperations.close(directory);
    List<String> fields = new ArrayList<>(List.of(plan.language, plan.runtime, plan.version, plan.command, plan.reason,
        plan.missing, plan.project, String.valueOf(plan.args.size())));
    fields.addAll(plan.args);
    for (Map.Entry<String, String> variable : plan.env.entrySet()) {
      fields.add(variable.getKey());
      fields.add(variable.getValue());
    }
    return stage(fields);
  }

  /** Stages texts, each ended by a NUL. Answers their bytes, or -ENOMEM. */
  static int stage(List<String> texts) {
    StringBuilder all = new StringBuilder();
    for (String text : texts) {
      all.append(text).append('\0');
    }
    return stageText(all.toString());
  }

  /** Stages a text. Answers its bytes, or -ENOMEM. */
  static int stageText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int address = KernelWorker.staging(bytes.length);
    if (address == 0) {
      return -Errno.ENOMEM;
    }
    for (int i = 0; i < bytes.length; i++) {
      KernelWorker.kernel().memory.putByte(address + i, bytes[i]);
    }
    return bytes.length;
  }

  /** The bytes of kernel memory as text. */
  static String text(int address, int length) {
    return new String(bytes(address, length), StandardCharsets.UTF_8);
  }

  static byte[] bytes(int address, int length) {
    KernelMemory memory = KernelWorker.kernel().memory;
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) memory.getByte(address + i);
    }
    return bytes;
  }

  /** A directory of the OS as detection looks at it. */
  private static final class OpenFolder implements Folder {
    private final String name;
    private final int directory;

    OpenFolder(String name, int directory) {
      this.name = name;
      this.directory = directory;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<String> files() {
      Kernel kernel = KernelWorker.kernel();
      FileSystem files = kernel.files;
      List<String> names = new ArrayList<>();
      files.beginNames(directory);
      int entry = files.firstName(directory, Cookies.AFTER_PARENT);
      for (; entry != 0; entry = files.nextName(directory, entry)) {
        if (files.typeOf(entry) != FileType.DIRECTORY) {
          names.add(text(files.nameOf(entry), files.nameLengthOf(entry)));
        }
      }
      files.endNames(directory);
      return names;
    }

    @Override
    public String read(String file, int maximum) {
      return FileOperations.readText(directory, file, maximum);
    }
  }
}
