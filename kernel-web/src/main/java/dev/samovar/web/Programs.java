package dev.samovar.web;

import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileSystem.Cookies;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.program.Detection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Export;

/** The SDK's {@code detect}, as kernel-worker.js calls it. */
final class Programs {
  private Programs() {}

  /**
   * Looks at the folder whose path is staged. Stages language, command, reason and missing, each ended by a NUL, and
   * answers their bytes, or a negative errno.
   */
  @Export(name = "program_detect")
  public static int detect(int length) {
    Kernel kernel = KernelWorker.kernel();
    String path = text(KernelWorker.staging(), length);
    int directory = FileOperations.openDirectory(length);
    if (directory < 0) {
      return directory;
    }
    List<String> names = new ArrayList<>();
    FileSystem files = kernel.files;
    files.beginNames(directory);
    long at = Cookies.AFTER_PARENT;
    for (int entry = files.nextName(directory, at); entry != 0; entry = files.nextName(directory, at)) {
      at = files.cookieOf(entry);
      if (files.inodes().type(files.inodeOf(entry)) != FileType.DIRECTORY) {
        names.add(text(files.nameOf(entry), files.nameLengthOf(entry)));
      }
    }
    files.endNames(directory);
    files.inodes().release(directory);
    Detection found = Detection.of(path.substring(path.lastIndexOf('/') + 1), names);
    int end = KernelWorker.staging();
    for (String field : new String[] {found.language, found.command, found.reason, found.missing}) {
      for (byte b : field.getBytes(StandardCharsets.UTF_8)) {
        kernel.memory.putByte(end++, b);
      }
      kernel.memory.putByte(end++, 0);
    }
    return end - KernelWorker.staging();
  }

  private static String text(int address, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) KernelWorker.kernel().memory.getByte(address + i);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
