// Shows what a process gets (arguments, environment, files, exit status) and gives something back.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *openOrExit(const char *path, const char *mode) {
    FILE *file = fopen(path, mode);
    if (!file) {
        fprintf(stderr, "cannot open %s: %s\n", path, strerror(errno));
        exit(1);
    }
    return file;
}

int main(int argc, char **argv) {
    for (int i = 0; i < argc; i++) printf("argv[%d]=%s\n", i, argv[i]);
    const char *user = getenv("USER");
    printf("USER=%s\n", user ? user : "");

    FILE *greeting = openOrExit("greeting.txt", "r");
    long bytes = 0, words = 0;
    int inWord = 0;
    for (int c; (c = fgetc(greeting)) != EOF; bytes++) {
        putchar(c);
        if (!isspace(c) && !inWord) words++;
        inWord = !isspace(c);
    }
    fclose(greeting);

    char line[64];
    snprintf(line, sizeof line, "greeting.txt: %ld bytes, %ld words\n", bytes, words);
    FILE *result = openOrExit("result.txt", "w+");
    char readBack[sizeof line] = "";
    if (fputs(line, result) < 0 || fflush(result) != 0) {
        fprintf(stderr, "cannot write result.txt: %s\n", strerror(errno));
        return 1;
    }
    rewind(result);
    if (!fgets(readBack, sizeof readBack, result) || strcmp(line, readBack) != 0) {
        fprintf(stderr, "result.txt does not hold what was written to it\n");
        return 1;
    }
    fclose(result);
    printf("result.txt: %s", readBack);

    fprintf(stderr, "c-hello: a line on stderr\n");
    return argc > 1 ? atoi(argv[1]) : 0;
}
