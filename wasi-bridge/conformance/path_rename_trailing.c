// Slashes behind a directory's name change nothing.
#include "expect.h"

START {
  directory("source");
  EXPECT(SUCCESS, path_rename(ROOT, P("source/"), ROOT, P("target")));
  EXPECT(SUCCESS, path_rename(ROOT, P("target"), ROOT, P("source/")));
  EXPECT(SUCCESS, path_rename(ROOT, P("source//"), ROOT, P("target///")));
  EXPECT(SUCCESS, path_rename(ROOT, P("target"), ROOT, P("source")));
  EQUAL(stat_of(0, "source").type, DIRECTORY);
}
