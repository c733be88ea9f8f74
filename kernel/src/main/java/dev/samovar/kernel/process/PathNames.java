package dev.samovar.kernel.process;

/** Paths as text, without a look at any file. */
final class PathNames {
  private PathNames() {}

  /** An absolute path without {@code .}, {@code ..} and double slashes, from one that may be relative to {@code base}. */
  static String absolute(String path, String base) {
    String whole = path.startsWith("/") ? path : base + "/" + path;
    StringBuilder out = new StringBuilder();
    for (int start = 0; start <= whole.length(); ) {
      int end = whole.indexOf('/', start);
      end = end < 0 ? whole.length() : end;
      String name = whole.substring(start, end);
      if (name.equals("..")) {
        out.setLength(Math.max(0, out.lastIndexOf("/")));
      } else if (!name.isEmpty() && !name.equals(".")) {
        out.append('/').append(name);
      }
      start = end + 1;
    }
    return out.length() == 0 ? "/" : out.toString();
  }
}
