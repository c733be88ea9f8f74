// A name is removed: of a file or a symlink, never of a directory.
#include "expect.h"

START {
  file("f", "text");
  directory("d");
  symlink("f", "s");
  symlink("d", "to-dir");
  EXPECT(SUCCESS, path_unlink_file(ROOT, P("s")));
  EQUAL(stat_of(0, "f").size, 4);
  EXPECT(ISDIR, path_unlink_file(ROOT, P("d")));
  EXPECT(ISDIR, path_unlink_file(ROOT, P("d/")));
  EXPECT(ISDIR, path_unlink_file(ROOT, P(".")));
  EXPECT(NOTDIR, path_unlink_file(ROOT, P("f/")));
  EXPECT(NOTDIR, path_unlink_file(ROOT, P("f/x")));
  EXPECT(NOENT, path_unlink_file(ROOT, P("missing")));
  EXPECT(NOENT, path_unlink_file(ROOT, P("")));
  EXPECT(NOTCAPABLE, path_unlink_file(ROOT, P("../f")));
  EXPECT(BADF, path_unlink_file(99, P("f")));
  EXPECT(SUCCESS, path_unlink_file(ROOT, P("f")));
  EXPECT(NOENT, path_unlink_file(ROOT, P("f")));
  EXPECT(SUCCESS, path_unlink_file(ROOT, P("to-dir")));
  EQUAL(stat_of(0, "d").type, DIRECTORY);
}
