// Exercises the file system through libc, as POSIX has it, in a directory fs.tmp of its own. Prints `ok`, or each failed
// check with its place; exits with the number of failures, at most 100.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wasi/libc.h>

static int failures;

static void report(int line, const char *what, const char *problem) {
    failures++;
    printf("fs.c:%d: %s: %s\n", line, what, problem);
}

static void check(int line, const char *what, int holds) {
    if (!holds) report(line, what, "does not hold");
}

static void succeeds(int line, const char *what, long long result) {
    if (result < 0) report(line, what, strerror(errno));
}

/** The call must fail with one of these two. */
static void fails(int line, const char *what, long long result, int error, int orElse) {
    char problem[160];
    if (result < 0 && (errno == error || errno == orElse)) return;
    snprintf(problem, sizeof problem, "%s, not: %s", result < 0 ? strerror(errno) : "succeeded", strerror(error));
    report(line, what, problem);
}

#define CHECK(condition) check(__LINE__, #condition, condition)
#define OK(call) succeeds(__LINE__, #call, call)
#define FAILS(call, error) fails(__LINE__, #call, call, error, error)
#define FAILS2(call, error, orElse) fails(__LINE__, #call, call, error, orElse)

static int create(const char *path, const char *content) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0) return -1;
    ssize_t put = write(fd, content, strlen(content));
    return close(fd) == 0 && put == (ssize_t)strlen(content) ? 0 : -1;
}

static int holdsFrom(int fd, off_t offset, const char *expected) {
    char content[256];
    ssize_t got = pread(fd, content, sizeof content, offset);
    return got == (ssize_t)strlen(expected) && memcmp(content, expected, got) == 0;
}

static int holds(const char *path, const char *expected) {
    int fd = open(path, O_RDONLY);
    if (fd < 0) return 0;
    int same = holdsFrom(fd, 0, expected);
    close(fd);
    return same;
}

static struct stat statOf(const char *path) {
    struct stat status = {0};
    stat(path, &status);
    return status;
}

static struct stat lstatOf(const char *path) {
    struct stat status = {0};
    lstat(path, &status);
    return status;
}

static struct stat fstatOf(int fd) {
    struct stat status = {0};
    fstat(fd, &status);
    return status;
}

static off_t sizeOf(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? status.st_size : -1;
}

static int isThere(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0;
}

static void removeTree(const char *path) {
    DIR *directory = opendir(path);
    if (directory) {
        char *names[1024];
        int count = 0;
        for (struct dirent *entry; count < 1024 && (entry = readdir(directory));) names[count++] = strdup(entry->d_name);
        closedir(directory);
        for (int i = 0; i < count; i++) {
            char child[512];
            snprintf(child, sizeof child, "%s/%s", path, names[i]);
            if (strcmp(names[i], ".") != 0 && strcmp(names[i], "..") != 0 && unlink(child) != 0) removeTree(child);
            free(names[i]);
        }
    }
    rmdir(path);
}

static void directories(void) {
    OK(mkdir("dir", 0777));
    FAILS(mkdir("dir", 0777), EEXIST);
    FAILS(mkdir("none/dir", 0777), ENOENT);
    OK(mkdir("dir/a", 0777));
    OK(mkdir("dir/a/b", 0777));
    OK(mkdir("dir/a/b/c", 0777));
    OK(create("dir/a/b/c/file", "deep"));
    CHECK(holds("dir/a/b/c/file", "deep"));
    CHECK(holds("dir/./a/../a/b//c/file", "deep"));
    CHECK(S_ISDIR(statOf("dir/a").st_mode));
    CHECK(S_ISREG(statOf("dir/a/b/c/file").st_mode));
    CHECK(statOf("dir/a").st_ino != statOf("dir/a/b").st_ino);
    CHECK(statOf("dir/a/b/..").st_ino == statOf("dir/a").st_ino);

    FAILS2(rmdir("dir/a"), ENOTEMPTY, EEXIST);
    FAILS(rmdir("dir/a/b/c/file"), ENOTDIR);
    FAILS(rmdir("none"), ENOENT);
    FAILS2(unlink("dir/a"), EISDIR, EPERM);
    FAILS(mkdir("dir/a/b/c/file/d", 0777), ENOTDIR);
    FAILS(open("dir/a/b/c/file/d", O_RDONLY), ENOTDIR);
    OK(unlink("dir/a/b/c/file"));
    OK(rmdir("dir/a/b/c"));
    FAILS(open("dir/a/b/c/file", O_RDONLY), ENOENT);
    FAILS(rmdir("dir/a/b/c"), ENOENT);

    // A directory removed while it is open takes no more entries.
    OK(mkdir("gone", 0777));
    int gone = open("gone", O_RDONLY | O_DIRECTORY);
    OK(gone);
    OK(rmdir("gone"));
    FAILS(openat(gone, "file", O_WRONLY | O_CREAT, 0666), ENOENT);
    OK(close(gone));

    char longName[300];
    memset(longName, 'n', sizeof longName);
    longName[255] = 0;
    OK(create(longName, ""));
    OK(unlink(longName));
    longName[255] = 'n';
    longName[256] = 0;
    FAILS(create(longName, ""), ENAMETOOLONG);

    OK(create("dir/Grüße ☕ 'quoted'", "utf-8"));
    CHECK(holds("dir/Grüße ☕ 'quoted'", "utf-8"));
    FAILS2(open("../../../../../../../../../../outside", O_WRONLY | O_CREAT, 0666), ENOTCAPABLE, EPERM);
}

static void slashes(void) {
    OK(create("plain", "p"));
    OK(mkdir("slashed/", 0777));
    CHECK(S_ISDIR(statOf("slashed/").st_mode));
    FAILS(open("plain/", O_RDONLY), ENOTDIR);
    FAILS(unlink("plain/"), ENOTDIR);
    struct stat status;
    FAILS(stat("plain/", &status), ENOTDIR);
    CHECK(open("new/", O_WRONLY | O_CREAT, 0666) < 0 && !isThere("new"));
    FAILS(rename("plain", "new/"), ENOTDIR);
    FAILS(rename("plain/", "new"), ENOTDIR);
    CHECK(isThere("plain") && !isThere("new"));
    OK(rename("slashed/", "slashed2/"));
    CHECK(link("plain", "new/") < 0 && !isThere("new"));
    OK(rmdir("slashed2/"));
}

static void openFlags(void) {
    FAILS(open("flags", O_RDONLY), ENOENT);
    FAILS(open("flags", O_WRONLY | O_TRUNC), ENOENT);
    int fd = open("flags", O_WRONLY | O_CREAT | O_EXCL, 0666);
    OK(fd);
    OK(write(fd, "12345", 5));
    OK(close(fd));
    FAILS(close(fd), EBADF);
    FAILS(write(fd, "1", 1), EBADF);
    FAILS(open("flags", O_WRONLY | O_CREAT | O_EXCL, 0666), EEXIST);
    OK(close(open("flags", O_WRONLY | O_CREAT, 0666)));
    CHECK(holds("flags", "12345"));
    OK(close(open("flags", O_WRONLY | O_TRUNC)));
    CHECK(sizeOf("flags") == 0);

    FAILS(open("flags", O_RDONLY | O_DIRECTORY), ENOTDIR);
    FAILS(open("dir", O_WRONLY), EISDIR);
    FAILS(open("dir", O_RDWR), EISDIR);
    FAILS(open("dir", O_RDONLY | O_CREAT | O_EXCL, 0666), EEXIST);
    OK(close(open("dir", O_RDONLY | O_DIRECTORY)));

    // A descriptor does only what it was opened for.
    char byte;
    fd = open("flags", O_WRONLY);
    FAILS2(read(fd, &byte, 1), EBADF, ENOTCAPABLE);
    OK(close(fd));
    fd = open("flags", O_RDONLY);
    FAILS2(write(fd, "x", 1), EBADF, ENOTCAPABLE);
    OK(close(fd));

    // Appending goes to the end that the file has now, wherever this descriptor stands.
    int first = open("flags", O_WRONLY | O_APPEND), second = open("flags", O_RDWR | O_APPEND);
    OK(write(first, "one ", 4));
    OK(write(second, "two ", 4));
    OK(lseek(first, 0, SEEK_SET));
    OK(write(first, "three", 5));
    CHECK(lseek(first, 0, SEEK_CUR) == 13);
    CHECK(holds("flags", "one two three"));
    CHECK(fcntl(second, F_GETFL) & O_APPEND);
    OK(fcntl(second, F_SETFL, 0));
    OK(lseek(second, 0, SEEK_SET));
    OK(write(second, "ONE", 3));
    CHECK(holds("flags", "ONE two three"));
    OK(close(first));
    OK(close(second));
}

static void offsets(void) {
    int fd = open("offsets", O_RDWR | O_CREAT, 0666);
    OK(fd);
    OK(write(fd, "0123456789", 10));
    CHECK(lseek(fd, -3, SEEK_END) == 7);
    CHECK(lseek(fd, -2, SEEK_CUR) == 5);
    FAILS(lseek(fd, -6, SEEK_CUR), EINVAL);
    FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    FAILS(lseek(fd, 0, 77), EINVAL);
    CHECK(lseek(fd, 0, SEEK_CUR) == 5);
    char byte;
    OK(read(fd, &byte, 1));
    CHECK(byte == '5');
    CHECK(pread(fd, &byte, 1, 10) == 0 && pread(fd, &byte, 1, 1 << 20) == 0);
    CHECK(pread(fd, &byte, 1, 9) == 1 && byte == '9');
    OK(pwrite(fd, "X", 1, 0));
    CHECK(lseek(fd, 0, SEEK_CUR) == 6);
    CHECK(holdsFrom(fd, 0, "X123456789"));
    CHECK(read(fd, &byte, 0) == 0);

    // Two descriptors of one file have offsets of their own and see each other's bytes.
    int other = open("offsets", O_RDONLY);
    OK(pwrite(fd, "Y", 1, 1));
    CHECK(read(other, &byte, 1) == 1 && byte == 'X' && read(other, &byte, 1) == 1 && byte == 'Y');
    OK(close(other));

    // What was never written reads as zeros.
    CHECK(lseek(fd, 9000, SEEK_SET) == 9000);
    CHECK(fstatOf(fd).st_size == 10);
    OK(write(fd, "end", 3));
    CHECK(fstatOf(fd).st_size == 9003);
    static char content[9003];
    CHECK(pread(fd, content, sizeof content, 0) == 9003);
    int zeros = 0;
    for (int i = 10; i < 9000; i++) zeros += content[i] == 0;
    CHECK(zeros == 8990);
    CHECK(memcmp(content + 9000, "end", 3) == 0);

    // Offsets have 64 bits.
    off_t far = 5ll << 30;
    CHECK(pwrite(fd, "far", 3, far) == 3);
    CHECK(fstatOf(fd).st_size == far + 3);
    CHECK(holdsFrom(fd, far, "far"));
    CHECK(pread(fd, &byte, 1, far - 1) == 1 && byte == 0);
    CHECK(lseek(fd, 0, SEEK_END) == far + 3);
    OK(close(fd));
}

static void truncation(void) {
    int fd = open("truncated", O_RDWR | O_CREAT, 0666);
    OK(write(fd, "0123456789", 10));
    OK(ftruncate(fd, 4));
    CHECK(fstatOf(fd).st_size == 4);
    CHECK(lseek(fd, 0, SEEK_CUR) == 10);
    OK(ftruncate(fd, 8));
    char content[9];
    CHECK(pread(fd, content, 9, 0) == 8 && memcmp(content, "0123\0\0\0\0", 8) == 0);
    OK(ftruncate(fd, 100000));
    char last = 1;
    CHECK(pread(fd, &last, 1, 99999) == 1 && last == 0);
    OK(ftruncate(fd, 0));
    OK(write(fd, "x", 1)); // still at 10
    CHECK(pread(fd, content, 9, 5) == 6 && memcmp(content, "\0\0\0\0\0x", 6) == 0);
    FAILS(ftruncate(fd, -1), EINVAL);
    OK(posix_fallocate(fd, 0, 5000) == 0 ? 0 : -1);
    CHECK(fstatOf(fd).st_size == 5000);
    OK(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL) == 0 ? 0 : -1);
    OK(fsync(fd));
    OK(fdatasync(fd));
    OK(close(fd));
    OK(truncate("truncated", 3));
    CHECK(sizeOf("truncated") == 3);
    fd = open("truncated", O_RDONLY);
    CHECK(ftruncate(fd, 0) < 0);
    CHECK(sizeOf("truncated") == 3);
    OK(close(fd));
    CHECK(truncate("dir", 0) < 0);
}

static void renames(void) {
    OK(create("from", "from"));
    OK(create("to", "to"));
    int from = open("from", O_RDWR), to = open("to", O_RDONLY);
    ino_t inode = fstatOf(from).st_ino;
    OK(rename("from", "to"));
    CHECK(!isThere("from"));
    CHECK(holds("to", "from"));
    CHECK(statOf("to").st_ino == inode);
    CHECK(holdsFrom(to, 0, "to")); // what was there before, still open
    OK(pwrite(from, "F", 1, 0));
    CHECK(holds("to", "From"));
    OK(close(from));
    OK(close(to));

    FAILS(rename("none", "to"), ENOENT);
    FAILS(rename("to", "none/to"), ENOENT);
    OK(rename("to", "to"));
    CHECK(holds("to", "From"));
    OK(link("to", "same"));
    OK(rename("to", "same")); // two names of one file: nothing happens
    CHECK(isThere("to") && isThere("same"));
    OK(unlink("same"));

    OK(mkdir("full", 0777));
    OK(create("full/file", "f"));
    OK(mkdir("empty", 0777));
    OK(mkdir("moved", 0777));
    FAILS2(rename("moved", "full"), ENOTEMPTY, EEXIST);
    OK(rename("full", "empty"));
    CHECK(holds("empty/file", "f") && !isThere("full"));
    FAILS(rename("to", "moved"), EISDIR);
    FAILS(rename("moved", "to"), ENOTDIR);
    FAILS(rename("empty", "empty/inside"), EINVAL);
    OK(rename("moved", "empty/moved"));
    CHECK(statOf("empty/moved/..").st_ino == statOf("empty").st_ino);

    // By descriptors of two directories.
    int one = open("empty", O_RDONLY | O_DIRECTORY), two = open("empty/moved", O_RDONLY | O_DIRECTORY);
    OK(mkdirat(one, "made", 0777));
    OK(renameat(one, "file", two, "file2"));
    CHECK(holds("empty/moved/file2", "f") && !isThere("empty/file"));
    OK(unlinkat(two, "file2", 0));
    OK(unlinkat(one, "made", AT_REMOVEDIR));
    OK(close(one));
    OK(close(two));
}

static void links(void) {
    OK(create("original", "content"));
    CHECK(statOf("original").st_nlink == 1);
    OK(link("original", "dir/linked"));
    CHECK(statOf("original").st_nlink == 2 && statOf("dir/linked").st_nlink == 2);
    CHECK(statOf("original").st_ino == statOf("dir/linked").st_ino);
    FAILS(link("original", "dir/linked"), EEXIST);
    FAILS(link("none", "linked"), ENOENT);
    CHECK(link("dir", "linked") < 0 && !isThere("linked"));
    OK(unlink("original"));
    CHECK(statOf("dir/linked").st_nlink == 1);
    CHECK(holds("dir/linked", "content"));

    // A file without a name lives as long as it is open.
    int fd = open("dir/linked", O_RDWR);
    ino_t inode = fstatOf(fd).st_ino;
    OK(unlink("dir/linked"));
    CHECK(fstatOf(fd).st_nlink == 0);
    CHECK(holdsFrom(fd, 0, "content"));
    OK(pwrite(fd, "C", 1, 0));
    OK(create("dir/linked", "another"));
    CHECK(statOf("dir/linked").st_ino != inode);
    CHECK(holdsFrom(fd, 0, "Content"));
    OK(close(fd));
    CHECK(holds("dir/linked", "another"));
}

static void symlinks(void) {
    char target[64] = "";
    OK(create("target", "target"));
    OK(symlink("target", "link"));
    FAILS(symlink("target", "link"), EEXIST);
    CHECK(holds("link", "target"));
    CHECK(S_ISLNK(lstatOf("link").st_mode) && lstatOf("link").st_size == 6);
    CHECK(S_ISREG(statOf("link").st_mode));
    CHECK(readlink("link", target, sizeof target) == 6 && memcmp(target, "target", 6) == 0);
    memset(target, '.', sizeof target);
    CHECK(readlink("link", target, 3) == 3 && memcmp(target, "tar.", 4) == 0);
    FAILS(readlink("target", target, sizeof target), EINVAL);
    FAILS(open("link", O_RDONLY | O_NOFOLLOW), ELOOP);

    OK(symlink("nowhere", "dangling"));
    FAILS(open("dangling", O_RDONLY), ENOENT);
    FAILS(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0666), EEXIST);
    CHECK(isThere("dangling") && !isThere("nowhere"));
    OK(create("dangling", "made")); // makes what it points to
    CHECK(holds("nowhere", "made"));

    OK(symlink("loop2", "loop1"));
    OK(symlink("loop1", "loop2"));
    FAILS(open("loop1", O_RDONLY), ELOOP);
    FAILS(open("loop1/file", O_RDONLY), ELOOP);
    struct stat status;
    FAILS(stat("loop1", &status), ELOOP);
    OK(lstat("loop1", &status));

    OK(symlink("dir", "dirlink"));
    OK(create("dirlink/through", "t"));
    CHECK(holds("dir/through", "t"));
    CHECK(S_ISDIR(statOf("dirlink").st_mode) && S_ISLNK(lstatOf("dirlink").st_mode));
    CHECK(S_ISDIR(lstatOf("dirlink/").st_mode));
    FAILS(rmdir("dirlink"), ENOTDIR);
    FAILS(mkdir("dirlink", 0777), EEXIST);
    OK(symlink("../target", "dir/up"));
    CHECK(holds("dir/up", "target") && holds("dirlink/up", "target"));
    OK(symlink("../../../../../../../../../../../outside", "escape"));
    FAILS2(open("escape", O_WRONLY | O_CREAT, 0666), ENOTCAPABLE, EPERM);

    OK(rename("link", "renamed")); // the link, not its target
    CHECK(S_ISLNK(lstatOf("renamed").st_mode) && holds("target", "target"));
    OK(unlink("renamed"));
    OK(unlink("dirlink"));
    CHECK(isThere("target") && isThere("dir"));
}

enum { ENTRIES = 500 };

/** Reads the directory to its end, and tells whether each of 500 numbered entries came once, and nothing else. */
static int listsAllOnce(DIR *directory, int removing) {
    unsigned char seen[ENTRIES] = {0};
    int right = 1, self = 0, parent = 0;
    errno = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0) self++;
        else if (strcmp(entry->d_name, "..") == 0) parent++;
        else {
            int number = atoi(entry->d_name + 6);
            right &= strncmp(entry->d_name, "entry-", 6) == 0 && number >= 0 && number < ENTRIES && !seen[number]++
                    && entry->d_type == (number % 10 == 0 ? DT_DIR : DT_REG);
            if (removing) right &= unlinkat(dirfd(directory), entry->d_name, number % 10 == 0 ? AT_REMOVEDIR : 0) == 0;
        }
    }
    for (int i = 0; i < ENTRIES; i++) right &= seen[i];
    return right && errno == 0 && self == 1 && parent == 1;
}

static void listing(void) {
    OK(mkdir("listed", 0777));
    int made = 0;
    for (int i = 0; i < ENTRIES; i++) {
        char path[64];
        // Long names in between, so that entries are cut off at the end of a buffer.
        snprintf(path, sizeof path, "listed/entry-%0*d", i % 7 == 0 ? 40 : 3, i);
        made += (i % 10 == 0 ? mkdir(path, 0777) : create(path, "")) == 0;
    }
    CHECK(made == ENTRIES);
    DIR *directory = opendir("listed");
    CHECK(directory != NULL);
    if (!directory) return;
    CHECK(listsAllOnce(directory, 0));
    rewinddir(directory);
    CHECK(listsAllOnce(directory, 0));

    rewinddir(directory);
    for (int i = 0; i < 100; i++) readdir(directory);
    long place = telldir(directory);
    struct dirent *entry = readdir(directory);
    char name[64] = "";
    if (entry) strncpy(name, entry->d_name, sizeof name - 1);
    for (int i = 0; i < 100; i++) readdir(directory);
    seekdir(directory, place);
    entry = readdir(directory);
    CHECK(entry && strcmp(entry->d_name, name) == 0);

    rewinddir(directory);
    CHECK(listsAllOnce(directory, 1)); // each removed as it comes
    OK(closedir(directory));
    OK(rmdir("listed"));
    CHECK(opendir("listed") == NULL && errno == ENOENT);
    CHECK(opendir("plain") == NULL && errno == ENOTDIR);
}

static double seconds(struct timespec time) {
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void times(void) {
    struct timespec start, pause = {0, 20000000};
    clock_gettime(CLOCK_REALTIME, &start);
    OK(create("timed", "t"));
    struct stat status = statOf("timed");
    CHECK(seconds(status.st_mtim) > seconds(start) - 1 && seconds(status.st_mtim) < seconds(start) + 10);
    CHECK(seconds(status.st_atim) > seconds(start) - 1 && seconds(status.st_ctim) > seconds(start) - 1);

    struct stat directory = statOf(".");
    nanosleep(&pause, NULL);
    OK(create("timed", "u"));
    CHECK(seconds(statOf("timed").st_mtim) > seconds(status.st_mtim));
    OK(create("timed2", ""));
    CHECK(seconds(statOf(".").st_mtim) > seconds(directory.st_mtim));

    struct timespec set[2] = {{1000000001, 123456789}, {1500000002, 987654321}};
    OK(utimensat(AT_FDCWD, "timed", set, 0));
    status = statOf("timed");
    CHECK(status.st_atim.tv_sec == set[0].tv_sec && status.st_atim.tv_nsec == set[0].tv_nsec);
    CHECK(status.st_mtim.tv_sec == set[1].tv_sec && status.st_mtim.tv_nsec == set[1].tv_nsec);
    int fd = open("timed", O_RDWR);
    struct timespec onlyNow[2] = {{0, UTIME_OMIT}, {0, UTIME_NOW}};
    OK(futimens(fd, onlyNow));
    status = fstatOf(fd);
    CHECK(status.st_atim.tv_sec == set[0].tv_sec);
    CHECK(seconds(status.st_mtim) > seconds(start) - 1);
    OK(close(fd));

    OK(symlink("timed", "timedlink"));
    OK(utimensat(AT_FDCWD, "timedlink", set, AT_SYMLINK_NOFOLLOW));
    CHECK(lstatOf("timedlink").st_mtim.tv_sec == set[1].tv_sec);
    CHECK(statOf("timedlink").st_mtim.tv_sec != set[1].tv_sec);
}

static void descriptors(void) {
    OK(create("one", "1"));
    OK(create("two", "2"));
    int one = open("one", O_RDONLY), two = open("two", O_RDONLY);
    OK(__wasilibc_fd_renumber(one, two)); // like dup2 and close
    CHECK(holdsFrom(two, 0, "1"));
    FAILS(close(one), EBADF);
    OK(close(two));

    // As many as a program may well hold, each with its file.
    int open100[100], right = 0;
    for (int i = 0; i < 100; i++) open100[i] = open(i % 2 ? "one" : "two", O_RDONLY);
    for (int i = 0; i < 100; i++) right += holdsFrom(open100[i], 0, i % 2 ? "1" : "2") && close(open100[i]) == 0;
    CHECK(right == 100);

    OK(chdir("dir"));
    OK(create("changed", "c"));
    OK(chdir(".."));
    CHECK(holds("dir/changed", "c"));
}

int main(void) {
    removeTree("fs.tmp");
    if (mkdir("fs.tmp", 0777) != 0 || chdir("fs.tmp") != 0) {
        perror("fs.tmp");
        return 100;
    }
    directories();
    slashes();
    openFlags();
    offsets();
    truncation();
    renames();
    links();
    symlinks();
    listing();
    times();
    descriptors();
    OK(chdir(".."));
    removeTree("fs.tmp");
    CHECK(!isThere("fs.tmp"));
    if (failures == 0) puts("ok");
    return failures < 100 ? failures : 100;
}
