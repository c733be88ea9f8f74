// Only an empty directory is removed, and only by a name.
#include "expect.h"

START {
  directory("d");
  directory("d/e");
  file("f", "");
  symlink("d", "s");
  EXPECT(NOTEMPTY, path_remove_directory(ROOT, P("d")));
  EXPECT(SUCCESS, path_remove_directory(ROOT, P("d/e")));
  EXPECT(NOTDIR, path_remove_directory(ROOT, P("f")));
  EXPECT(NOTDIR, path_remove_directory(ROOT, P("f/")));
  EXPECT(NOTDIR, path_remove_directory(ROOT, P("s")));
  EXPECT(NOENT, path_remove_directory(ROOT, P("missing")));
  EXPECT(NOENT, path_remove_directory(ROOT, P("")));
  EXPECT(INVAL, path_remove_directory(ROOT, P(".")));
  EXPECT(INVAL, path_remove_directory(ROOT, P("d/.")));
  EXPECT(NOTEMPTY, path_remove_directory(ROOT, P("d/..")));
  EXPECT(NOTCAPABLE, path_remove_directory(ROOT, P("..")));
  EXPECT(BADF, path_remove_directory(99, P("d")));
  EXPECT(SUCCESS, path_remove_directory(ROOT, P("d/")));
  directory("d");
  EXPECT(SUCCESS, path_remove_directory(ROOT, P("d///")));
}
