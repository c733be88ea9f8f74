// torture KIND: does without end what a kill may hit, in the working directory.
//   files     makes, appends to, renames and removes files
//   large     appends as much as fits, so that it is nearly always in one call, with its file's lock
//   folders   makes, moves, lists and removes folders
//   output    prints
//   wait      waits for a byte of input, again and again
//   compute   computes, with a call now and then
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
        else {
            fprintf(stderr, "usage: torture files|large|folders|output|wait|compute [SEED]\n");
            return 2;
        }
    }
}
