// Making directories: what is there already, what is missing, and how a path may end.
#include "expect.h"

START {
  EXPECT(SUCCESS, path_create_directory(ROOT, P("d")));
  EXPECT(SUCCESS, path_create_directory(ROOT, P("d/e/")));
  EXPECT(SUCCESS, path_create_directory(ROOT, P("d//./f///")));
  EQUAL(stat_of(0, "d/f").type, DIRECTORY);
  file("file", "");
  symlink("nowhere", "link");
  EXPECT(EXIST, path_create_directory(ROOT, P("d")));
  EXPECT(EXIST, path_create_directory(ROOT, P("d/")));
  EXPECT(EXIST, path_create_directory(ROOT, P("file")));
  EXPECT(EXIST, path_create_directory(ROOT, P("link")));
  EXPECT(EXIST, path_create_directory(ROOT, P(".")));
  EXPECT(NOENT, path_create_directory(ROOT, P("")));
  EXPECT(NOENT, path_create_directory(ROOT, P("missing/d")));
  EXPECT(NOTDIR, path_create_directory(ROOT, P("file/d")));
  EXPECT(NOTCAPABLE, path_create_directory(ROOT, P("/d2")));
  EXPECT(NOTCAPABLE, path_create_directory(ROOT, P("../d2")));
  EXPECT(BADF, path_create_directory(99, P("d2")));
  EXPECT(FAULT, path_create_directory(ROOT, NOWHERE, 99));
}
