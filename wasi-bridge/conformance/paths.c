// Dots, slashes, and ways out: a path stays below the directory it begins at.
#include "expect.h"

START {
  directory("dir");
  directory("dir/nested");
  file("dir/nested/file", "x");
  EXPECT(SUCCESS, errno_of_open(0, "dir/.//nested/../../dir/nested/../nested///./file", 0, 0));
  EXPECT(SUCCESS, errno_of_open(0, "dir/nested/", 0, 0));
  EXPECT(SUCCESS, errno_of_open(0, "dir/nested///", 0, 0));
  EXPECT(SUCCESS, errno_of_open(0, "./.", 0, 0));
  EXPECT(SUCCESS, errno_of_open(0, "dir/..", 0, 0));
  EXPECT(NOTDIR, errno_of_open(0, "dir/nested/file/", 0, 0));
  EXPECT(NOTDIR, errno_of_open(0, "dir/nested/file///", 0, 0));
  EXPECT(NOTDIR, errno_of_open(0, "dir/nested/file/.", 0, 0));
  EXPECT(NOTDIR, errno_of_open(0, "dir/nested/file/..", 0, 0));
  EXPECT(NOENT, errno_of_open(0, "", 0, 0));
  EXPECT(NOTCAPABLE, errno_of_open(0, "/", 0, 0));
  EXPECT(NOTCAPABLE, errno_of_open(0, "/dir/nested/file", 0, 0));
  EXPECT(NOTCAPABLE, errno_of_open(0, "..", 0, 0));
  EXPECT(NOTCAPABLE, errno_of_open(0, "../x", CREAT, 0));
  EXPECT(NOTCAPABLE, errno_of_open(0, "dir/nested/../../../dir", 0, 0));
  EXPECT(NOENT, errno_of_open(0, "missing/../dir", 0, 0));
  u32 fd;
  EXPECT(INVAL, path_open(ROOT, 0, P("dir/nested/file\0"), 0, 0, 0, 0, &fd));
  EXPECT(INVAL, path_open(ROOT, 0, P("a\0b"), CREAT, 0, 0, 0, &fd));
  EXPECT(ILSEQ, path_open(ROOT, 0, P("a\xff"), CREAT, 0, 0, 0, &fd));
  EXPECT(ILSEQ, path_open(ROOT, 0, P("\xc0\xaf"), CREAT, 0, 0, 0, &fd));
  EXPECT(FAULT, path_open(ROOT, 0, NOWHERE, 64, 0, 0, 0, 0, &fd));
  EXPECT(FAULT, path_open(ROOT, 0, "x", ~0u, 0, 0, 0, 0, &fd));
}
