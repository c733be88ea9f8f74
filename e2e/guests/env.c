// Prints its arguments and environment, each on a line, in the order given.
#include <stdio.h>

extern char **environ;

int main(int argc, char **argv) {
    for (int i = 0; i < argc; i++) printf("argv[%d]=%s\n", i, argv[i]);
    for (char **variable = environ; *variable; variable++) puts(*variable);
    return 0;
}
