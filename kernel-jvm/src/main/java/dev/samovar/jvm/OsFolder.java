package dev.samovar.jvm;

import dev.samovar.kernel.program.Folder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A directory of an OS as detection looks at it. */
final class OsFolder implements Folder {
  private final OsFiles files;
  private final String path;

  OsFolder(OsFiles files, String path) {
    this.files = files;
    this.path = path;
  }

  @Override
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Override
  public List<String> files() {
    List<String> names = new ArrayList<>();
    for (String name : files.list(path)) {
      if (files.type(path + "/" + name) != OsFiles.Type.DIRECTORY) {
        names.add(name);
      }
    }
    return names;
  }

  @Override
  public String read(String file, int maximum) {
    if (files.kind(path + "/" + file) != OsFiles.Type.FILE) {
      return null;
    }
    byte[] bytes = files.read(path + "/" + file);
    return bytes.length > maximum ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
