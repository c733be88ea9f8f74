// ls [DIRECTORY]: lists it, sorted by name, as `type size name`.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *typeOf(mode_t mode) {
    switch (mode & S_IFMT) {
        case S_IFREG: return "file";
        case S_IFDIR: return "directory";
        case S_IFLNK: return "symlink";
        case S_IFCHR: return "device";
        case S_IFSOCK: return "socket";
        default: return "other";
    }
}

static int byName(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv) {
    const char *path = argc > 1 ? argv[1] : ".";
    DIR *directory = opendir(path);
    if (!directory) {
        perror(path);
        return 1;
    }
    char **names = NULL;
    size_t count = 0;
    errno = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        names = realloc(names, (count + 1) * sizeof *names);
        names[count++] = strdup(entry->d_name);
    }
    if (errno) {
        perror(path);
        return 1;
    }
    if (count) qsort(names, count, sizeof *names, byName);
    for (size_t i = 0; i < count; i++) {
        struct stat status;
        if (fstatat(dirfd(directory), names[i], &status, AT_SYMLINK_NOFOLLOW) != 0) {
            perror(names[i]);
            return 1;
        }
        printf("%-9s %10lld %s\n", typeOf(status.st_mode), (long long)status.st_size, names[i]);
    }
    return 0;
}
