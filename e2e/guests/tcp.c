// Servers and clients of /dev/tcp: tcp.wasm COMMAND ARGUMENT…, see main.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buffer[65536];

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static int listener(const char *port) {
    char name[64];
    snprintf(name, sizeof name, "/dev/tcp-listen/%s", port);
    int fd = open(name, O_RDWR);
    if (fd < 0) fail("listen");
    return fd;
}

static int connected(const char *host, const char *port) {
    char name[512];
    snprintf(name, sizeof name, "/dev/tcp/%s/%s", host, port);
    int fd = open(name, O_RDWR);
    if (fd < 0) fail("connect");
    return fd;
}

static int accepted(int server) {
    int fd = accept(server, NULL, NULL);
    if (fd < 0) fail("accept");
    return fd;
}

static void send_all(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0) fail("send");
        bytes += n;
        length -= (size_t)n;
    }
}

// Sends back what comes, until it ends.
static long echo(int fd) {
    long total = 0;
    for (;;) {
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n < 0) fail("receive");
        if (n == 0) return total;
        send_all(fd, buffer, (size_t)n);
        total += n;
    }
}

// Prints what comes, until it ends.
static void print_all(int fd) {
    for (;;) {
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n < 0) fail("receive");
        if (n == 0) return;
        fwrite(buffer, 1, (size_t)n, stdout);
    }
}

static void ask(const char *host, const char *port, const char *text) {
    int fd = connected(host, port);
    send_all(fd, text, strlen(text));
    if (shutdown(fd, SHUT_WR) != 0) fail("shutdown");
    print_all(fd);
    close(fd);
}

// Echoes on all connections at once, by poll.
static void echo_many(int server, int count) {
    struct pollfd polled[513] = {{.fd = server, .events = POLLIN}};
    int open = 0;
    for (int ended = 0; ended < count;) {
        polled[0].events = open < 512 ? POLLIN : 0;
        if (poll(polled, (nfds_t)open + 1, -1) < 0) fail("poll");
        for (int i = open; i > 0; i--) {
            if (polled[i].revents == 0) continue;
            ssize_t n = read(polled[i].fd, buffer, sizeof buffer);
            if (n > 0) {
                send_all(polled[i].fd, buffer, (size_t)n);
            } else {
                close(polled[i].fd);
                polled[i] = polled[open--];
                ended++;
            }
        }
        if (polled[0].revents != 0) {
            polled[++open] = (struct pollfd){.fd = accepted(server), .events = POLLIN};
        }
    }
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    const char *command = argc > 2 ? argv[1] : "";
    const char *port = argc > 2 ? argv[2] : "";
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (strcmp(command, "echo") == 0) {
        // echo PORT [COUNT]: serves one after the other, as many as that, or for ever
        int server = listener(port);
        long left = argc > 3 ? atol(argv[3]) : -1;
        while (left-- != 0) {
            int fd = accepted(server);
            echo(fd);
            close(fd);
        }
    } else if (strcmp(command, "echo-many") == 0) {
        // echo-many PORT COUNT: all at once
        echo_many(listener(port), atoi(argv[3]));
    } else if (strcmp(command, "ask") == 0) {
        // ask PORT TEXT [HOST]: prints the answer
        ask(argc > 4 ? argv[4] : "localhost", port, argv[3]);
    } else if (strcmp(command, "ask-many") == 0) {
        // ask-many PORT TIMES TEXT: one after the other; says how many answers were right
        int right = 0;
        for (int i = atoi(argv[3]); i > 0; i--) {
            int fd = connected("localhost", port);
            send_all(fd, argv[4], strlen(argv[4]));
            shutdown(fd, SHUT_WR);
            size_t got = 0;
            for (ssize_t n; (n = read(fd, buffer + got, sizeof buffer - got)) > 0;) got += (size_t)n;
            right += got == strlen(argv[4]) && memcmp(buffer, argv[4], got) == 0;
            close(fd);
        }
        printf("%d\n", right);
    } else if (strcmp(command, "at-once") == 0) {
        // at-once PORT COUNT TEXT: that many connections open together; says how many answers were right
        static int fds[1000];
        int count = atoi(argv[3]), right = 0;
        size_t length = strlen(argv[4]);
        for (int i = 0; i < count; i++) fds[i] = connected("localhost", port);
        for (int i = 0; i < count; i++) send_all(fds[i], argv[4], length);
        for (int i = 0; i < count; i++) {
            size_t got = 0;
            for (ssize_t n; got < length && (n = read(fds[i], buffer + got, sizeof buffer - got)) > 0;) got += (size_t)n;
            right += got == length && memcmp(buffer, argv[4], got) == 0;
        }
        printf("%d\n", right);
    } else if (strcmp(command, "hold") == 0) {
        // hold PORT: accepts one, says what came first, and then nothing more
        int server = listener(port);
        int fd = accepted(server);
        ssize_t n = read(fd, buffer, sizeof buffer);
        printf("%.*s\n", (int)n, buffer);
        send_all(fd, "half an ", 8);
        for (;;) sleep(1000);
    } else if (strcmp(command, "full") == 0) {
        // full PORT: fills a listener's queue until no more are taken
        int server = listener(port), taken = 0, fd;
        char name[64];
        snprintf(name, sizeof name, "/dev/tcp/localhost/%s", port);
        while ((fd = open(name, O_RDWR | O_NONBLOCK)) >= 0) taken++;
        printf("%d %s\n", taken, errno == EAGAIN ? "EAGAIN" : strerror(errno));
        close(accepted(server));
        printf("%s\n", open(name, O_RDWR | O_NONBLOCK) >= 0 ? "room again" : strerror(errno));
    } else if (strcmp(command, "sink") == 0) {
        // sink PORT: takes all that one connection sends; says how many bytes
        int fd = accepted(listener(port));
        long total = 0;
        for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) total += n;
        printf("%ld\n", total);
    } else if (strcmp(command, "source") == 0) {
        // source PORT MIB: sends that much in writes of 64 KiB; says how many MB a second that was
        int fd = connected("localhost", port);
        long count = atol(argv[3]) * 16;
        double start = now();
        for (long i = 0; i < count; i++) send_all(fd, buffer, sizeof buffer);
        shutdown(fd, SHUT_WR);
        read(fd, buffer, 1);
        printf("%.1f\n", (double)count * sizeof buffer / 1e6 / (now() - start));
    } else if (strcmp(command, "ping") == 0) {
        // ping PORT COUNT: a byte to an echo and back, so often; says how many µs each took
        int fd = connected("localhost", port);
        int count = atoi(argv[3]);
        double start = now();
        for (int i = 0; i < count; i++) {
            send_all(fd, "x", 1);
            if (read(fd, buffer, 1) != 1) fail("receive");
        }
        printf("%.2f\n", (now() - start) * 1e6 / count);
    } else if (strcmp(command, "connects") == 0) {
        // connects PORT COUNT: connections to an echo that are closed at once; says how many µs each took
        int count = atoi(argv[3]);
        double start = now();
        for (int i = 0; i < count; i++) {
            int fd = connected("localhost", port);
            shutdown(fd, SHUT_WR);
            if (read(fd, buffer, 1) != 0) fail("receive");
            close(fd);
        }
        printf("%.2f\n", (now() - start) * 1e6 / count);
    } else if (strcmp(command, "reset") == 0) {
        // reset PORT: serves one connection that it does not read
        close(accepted(listener(port)));
    } else {
        fprintf(stderr, "usage: tcp.wasm COMMAND PORT …\n");
        return 2;
    }
    return 0;
}
