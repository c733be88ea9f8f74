// spawner JSON [TEXT]: asks /dev/spawn for a process and prints the answer. Then writes TEXT to the child's standard input
// if that is a pipe, copies its standard output and error, where they are pipes, and prints how it ended.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char buffer[65536];

static int end(const char *pid, const char *name, int flags) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
    return open(path, flags);
}

static void copy(int fd, FILE *to) {
    for (ssize_t n; fd >= 0 && (n = read(fd, buffer, sizeof buffer)) > 0;) fwrite(buffer, 1, (size_t)n, to);
    if (fd >= 0) close(fd);
    fflush(to);
}

int main(int argc, char **argv) {
    int fd = open("/dev/spawn", O_RDWR);
    if (fd < 0) {
        perror("/dev/spawn");
        return 1;
    }
    // In two writes: the newline is what counts.
    if (write(fd, argv[1], strlen(argv[1])) < 0 || write(fd, "\n", 1) < 0) {
        perror("write");
        return 1;
    }
    ssize_t n = read(fd, buffer, sizeof buffer - 1);
    if (n <= 0) {
        perror("read");
        return 1;
    }
    buffer[n] = 0;
    char *at = strstr(buffer, "{\"pid\":");
    char pid[16] = "";
    if (at == buffer) snprintf(pid, sizeof pid, "%d", atoi(buffer + 7));
    printf("%s", at == buffer ? "started\n" : buffer);
    fflush(stdout);
    if (at != buffer) return 2;

    int out = end(pid, "stdout", O_RDONLY), err = end(pid, "stderr", O_RDONLY), in = end(pid, "stdin", O_WRONLY);
    if (in >= 0 && argc > 2 && write(in, argv[2], strlen(argv[2])) < 0) perror("stdin");
    if (in >= 0) close(in);
    copy(out, stdout);
    copy(err, stderr);
    copy(end(pid, "wait", O_RDONLY), stdout);
    return 0;
}
