// torture KIND: does without end what a kill may hit, in the working directory.
//   files     makes, appends to, renames and removes files
//   large     appends as much as fits, so that it is nearly always in one call, with its file's lock
//   folders   makes, moves, lists and removes folders
//   output    prints
//   wait      waits for a byte of input, again and again
//   compute   computes, with a call now and then
//   sockets   listens, connects to itself, sends, half-closes, and leaves some of it open
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned state;
static char bytes[1 << 20];

static unsigned below(unsigned limit) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % limit;
}

static char *name(void) {
    static char names[4][16];
    static unsigned turn;
    char *to = names[turn++ % 4];
    sprintf(to, "t%u", below(6));
    return to;
}

static void files(void) {
    int file = open(name(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (file >= 0) {
        write(file, bytes, 1 + below(20000));
        close(file);
    }
    rename(name(), name());
    unlink(name());
}

static void large(void) {
    int file = open("large", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    for (int i = 0; i < 8; i++) write(file, bytes, sizeof bytes);
    close(file);
}

static void folders(void) {
    char path[40];
    mkdir("d0", 0777);
    mkdir("d1", 0777);
    sprintf(path, "d%u/%u", below(2), below(4));
    mkdir(path, 0777);
    char *to = name();
    rename(path, to);
    rename("d0", "d1/deep");
    rename("d1/deep", "d0");
    rmdir(to);
    rmdir(path);
    DIR *directory = opendir(".");
    while (directory && readdir(directory)) {}
    if (directory) closedir(directory);
}

static void compute(void) {
    for (unsigned i = 0; i < 100000; i++) below(7);
    // Once killed, it comes to a shut door: a browser lets a loop without calls run on for up to two seconds.
    sched_yield();
}

// Listens, connects to itself, and half-closes; what is still open at the end goes with the process.
static void sockets(void) {
    char name[64], line[128];
    int server = open("/dev/tcp-listen/0", O_RDWR);
    snprintf(name, sizeof name, "/proc/self/net/%d", server);
    int said = open(name, O_RDONLY);
    ssize_t n = read(said, line, sizeof line - 1);
    close(said);
    line[n > 0 ? n : 0] = 0;
    char *port = strrchr(line, ':');
    snprintf(name, sizeof name, "/dev/tcp/localhost/%d", port ? atoi(port + 1) : 0);
    int clients[4];
    for (int i = 0; i < 4; i++) clients[i] = open(name, O_RDWR);
    for (int i = 0; i < 4; i++) {
        int fd = accept(server, NULL, NULL);
        if (write(clients[i], bytes, 20000) != 20000 || read(fd, bytes, i * 5000) < 0) exit(1);
        shutdown(clients[i], SHUT_WR);
        if (i != 2) close(fd);
        close(clients[i]);
        if (i == 2) close(fd);
    }
    open(name, O_RDWR);
    // A listener with a connection that waits, and whatever else is open: a kill leaves it to the kernel.
    for (int fd = server; fd < server + 8; fd++) close(fd);
}

int main(int argc, char **argv) {
    const char *kind = argc > 1 ? argv[1] : "";
    state = argc > 2 ? atoi(argv[2]) : 1;
    for (;;) {
        if (!strcmp(kind, "files")) files();
        else if (!strcmp(kind, "large")) large();
        else if (!strcmp(kind, "folders")) folders();
        else if (!strcmp(kind, "output")) write(1, bytes, 20000);
        else if (!strcmp(kind, "wait")) { if (read(0, bytes, 1) < 0) return 1; }
        else if (!strcmp(kind, "compute")) compute();
        else if (!strcmp(kind, "sockets")) sockets();
        else {
            fprintf(stderr, "usage: torture files|large|folders|output|wait|compute|sockets [SEED]\n");
            return 2;
        }
    }
}
