// Copies standard input to standard output until its end.
#include <stdio.h>
#include <unistd.h>

int main(void) {
    static char buffer[65536];
    ssize_t got;
    while ((got = read(STDIN_FILENO, buffer, sizeof buffer)) > 0) {
        for (ssize_t put = 0, n; put < got; put += n) {
            if ((n = write(STDOUT_FILENO, buffer + put, got - put)) < 0) {
                perror("write");
                return 1;
            }
        }
    }
    if (got < 0) perror("read");
    return got < 0;
}
