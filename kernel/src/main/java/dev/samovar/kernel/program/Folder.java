package dev.samovar.kernel.program;

import java.util.List;

/** What {@link Detection} looks at: the top of a folder. */
public interface Folder {
  /** Its own name. */
  String name();

  /** The names of the files at its top. */
  List<String> files();

  /** The contents of one of them as text; null if it is not there or is larger than {@code maximum} bytes. */
  String read(String file, int maximum);
}
