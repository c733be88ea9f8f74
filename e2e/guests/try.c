// Tries one thing after the other and prints how each went, a line for each: try.wasm read:/work/a link:/a:/b clock …
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *name_of(int error) {
    switch (error) {
        case 0: return "ok";
        case EACCES: return "EACCES";
        case EBADF: return "EBADF";
        case EDQUOT: return "EDQUOT";
        case EEXIST: return "EEXIST";
        case EFBIG: return "EFBIG";
        case EINVAL: return "EINVAL";
        case EISDIR: return "EISDIR";
        case EMFILE: return "EMFILE";
        case ENOENT: return "ENOENT";
        case ENOMEM: return "ENOMEM";
        case ENOSPC: return "ENOSPC";
        case ENOTCAPABLE: return "ENOTCAPABLE";
        case ENOTDIR: return "ENOTDIR";
        case EPERM: return "EPERM";
        default: return strerror(error);
    }
}

static int use(const char *path, int flags) {
    char byte = 'x';
    int fd = open(path, flags, 0644);
    if (fd < 0) return errno;
    int failed = (flags & O_WRONLY) ? write(fd, &byte, 1) != 1 : read(fd, &byte, 1) < 0;
    int error = failed ? errno : 0;
    close(fd);
    return error;
}

// Opens files until that fails; says how many and why.
static int open_all(const char *path) {
    int count = 0;
    while (open(path, O_RDONLY) >= 0) count++;
    printf("%d ", count);
    return errno;
}

// Writes 1 000 bytes at a time until that fails or there are 100 000; says how many there are and why.
static int fill(const char *path) {
    char bytes[1000];
    memset(bytes, 'f', sizeof bytes);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0) return errno;
    int total = 0;
    int error = 0;
    while (total < 100000 && error == 0) {
        ssize_t n = write(fd, bytes, sizeof bytes);
        if (n < 0) error = errno;
        else total += n;
    }
    close(fd);
    printf("%d ", total);
    return error;
}

// Takes memory, a MiB at a time, until there is none; says how many.
static int take(void) {
    int count = 0;
    for (volatile char *p; (p = malloc(1 << 20)) != NULL; count++) p[0] = p[(1 << 20) - 1] = 1;
    printf("%d ", count);
    return errno;
}

static int list(const char *path) {
    DIR *directory = opendir(path);
    if (directory == NULL) return errno;
    errno = 0;
    readdir(directory);
    int error = errno;
    closedir(directory);
    return error;
}

static int one(const char *what, const char *a, const char *b) {
    struct stat stat_buffer;
    struct timespec now;
    char buffer[64];
    errno = 0;
    if (!strcmp(what, "read")) return use(a, O_RDONLY);
    if (!strcmp(what, "write")) return use(a, O_WRONLY);
    if (!strcmp(what, "create")) return use(a, O_WRONLY | O_CREAT);
    if (!strcmp(what, "truncate")) return use(a, O_WRONLY | O_TRUNC);
    if (!strcmp(what, "stat")) return stat(a, &stat_buffer) ? errno : 0;
    if (!strcmp(what, "list")) return list(a);
    if (!strcmp(what, "mkdir")) return mkdir(a, 0755) ? errno : 0;
    if (!strcmp(what, "rmdir")) return rmdir(a) ? errno : 0;
    if (!strcmp(what, "unlink")) return unlink(a) ? errno : 0;
    if (!strcmp(what, "readlink")) return readlink(a, buffer, sizeof buffer) < 0 ? errno : 0;
    if (!strcmp(what, "touch")) return utimensat(AT_FDCWD, a, NULL, 0) ? errno : 0;
    if (!strcmp(what, "rename")) return rename(a, b) ? errno : 0;
    if (!strcmp(what, "link")) return link(a, b) ? errno : 0;
    if (!strcmp(what, "symlink")) return symlink(a, b) ? errno : 0;
    if (!strcmp(what, "clock")) return clock_gettime(CLOCK_REALTIME, &now) ? errno : 0;
    if (!strcmp(what, "random")) return getentropy(buffer, 16) ? errno : 0;
    if (!strcmp(what, "env")) return getenv(a) ? 0 : ENOENT;
    if (!strcmp(what, "open")) return open_all(a);
    if (!strcmp(what, "fill")) return fill(a);
    if (!strcmp(what, "memory")) return take();
    if (!strcmp(what, "exit")) exit(atoi(a));
    if (!strcmp(what, "trap")) __builtin_trap();
    if (!strcmp(what, "print")) {
        for (int i = atoi(a); i > 0; i--) putchar('p');
        return fflush(stdout) ? errno : 0;
    }
    return EINVAL;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const char *what = strtok(argv[i], ":");
        const char *a = strtok(NULL, ":");
        const char *b = strtok(NULL, ":");
        int error = one(what, a ? a : "", b ? b : "");
        printf("%s\n", name_of(error));
        fflush(stdout);
    }
    return 0;
}
