// A program with POSIX threads, one behaviour for each first argument.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MANY 8

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;
static _Thread_local int own;

static void fail(const char *what, int error) {
  fprintf(stderr, "%s: %s\n", what, strerror(error));
  exit(1);
}

static pthread_t start(void *(*body)(void *), intptr_t argument) {
  pthread_t thread;
  int error = pthread_create(&thread, NULL, body, (void *)argument);
  if (error != 0) {
    fail("pthread_create", error);
  }
  return thread;
}

static intptr_t join(pthread_t thread) {
  void *result;
  int error = pthread_join(thread, &result);
  if (error != 0) {
    fail("pthread_join", error);
  }
  return (intptr_t)result;
}

/** Starts MANY threads and joins them. Answers the sum of what they return. */
static intptr_t together(void *(*body)(void *)) {
  pthread_t threads[MANY];
  intptr_t sum = 0;
  for (int i = 0; i < MANY; i++) {
    threads[i] = start(body, i);
  }
  for (int i = 0; i < MANY; i++) {
    sum += join(threads[i]);
  }
  return sum;
}

// sync: mutex, condition, thread-local variables, results

static int total;

static void *add(void *argument) {
  own = (int)(intptr_t)argument;
  for (int i = 0; i < 1000; i++) {
    pthread_mutex_lock(&mutex);
    total++;
    pthread_mutex_unlock(&mutex);
  }
  pthread_mutex_lock(&mutex);
  while (turn != own) {
    pthread_cond_wait(&changed, &mutex);
  }
  printf("thread %d\n", own);
  turn++;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  return (void *)(intptr_t)(own + 1);
}

static int sync_threads(void) {
  own = 42;
  intptr_t sum = together(add);
  printf("total %d, sum %d, own %d\n", total, (int)sum, own);
  return 0;
}

// write: all write lines to standard output, to one file by one descriptor, and to a file each

#define LINES 500
static int shared;

static void *write_lines(void *argument) {
  int id = (int)(intptr_t)argument;
  char name[16];
  char line[32];
  snprintf(name, sizeof name, "own-%d", id);
  FILE *file = fopen(name, "w");
  if (file == NULL) {
    fail(name, errno);
  }
  for (int i = 0; i < LINES; i++) {
    int n = snprintf(line, sizeof line, "%d line %06d\n", id, i);
    if (write(1, line, n) != n || write(shared, line, n) != n || fputs(line, file) < 0) {
      fail("write", errno);
    }
  }
  fclose(file);
  return NULL;
}

static int write_files(void) {
  shared = open("shared", O_WRONLY | O_CREAT | O_TRUNC, 0666);
  together(write_lines);
  return close(shared);
}

// read: all read the same file by one descriptor; every record is seen once, and whole

#define RECORDS 20000
static _Atomic unsigned char seen[RECORDS];

static void *read_records(void *argument) {
  (void)argument;
  uint32_t record[4];
  ssize_t n;
  intptr_t count = 0;
  while ((n = read(shared, record, sizeof record)) == sizeof record) {
    if (record[0] >= RECORDS || record[1] != record[0] || record[3] != record[0] || seen[record[0]]++ != 0) {
      fprintf(stderr, "record %u: torn, or seen twice\n", record[0]);
      exit(1);
    }
    count++;
  }
  if (n != 0) {
    fail("read", errno);
  }
  return (void *)count;
}

static int read_shared(void) {
  shared = open("records", O_RDWR | O_CREAT | O_TRUNC, 0666);
  for (uint32_t i = 0; i < RECORDS; i++) {
    uint32_t record[4] = {i, i, i, i};
    write(shared, record, sizeof record);
  }
  lseek(shared, 0, SEEK_SET);
  printf("%d records\n", (int)together(read_records));
  return 0;
}

// churn: files are opened and closed under the numbers that others use

static atomic_int churning = 1;
static atomic_int wrong;

static void *use(void *argument) {
  char bytes[64];
  (void)argument;
  while (churning) {
    for (int fd = 6; fd < 40; fd++) {
      struct pollfd polled = {.fd = fd, .events = POLLIN};
      ssize_t n = read(fd, bytes, sizeof bytes);
      if (n < 0 && errno != EBADF && errno != EISDIR && errno != ENOTCAPABLE) {
        wrong++;
      }
      poll(&polled, 1, 0);
      lseek(fd, 0, SEEK_SET);
    }
  }
  return NULL;
}

static int churn(void) {
  pthread_t users[4];
  int file = open("churned", O_RDWR | O_CREAT | O_TRUNC, 0666);
  write(file, "0123456789", 10);
  close(file);
  for (int i = 0; i < 4; i++) {
    users[i] = start(use, i);
  }
  for (int round = 0; round < 2000; round++) {
    int fds[8];
    for (int i = 0; i < 8; i++) {
      fds[i] = open("churned", O_RDONLY);
    }
    for (int i = 0; i < 8; i++) {
      if (fds[i] < 0 || close(fds[i]) != 0) {
        fail("churn", errno);
      }
    }
  }
  churning = 0;
  for (int i = 0; i < 4; i++) {
    join(users[i]);
  }
  printf("%d wrong\n", wrong);
  return 0;
}

// turns: a hundred short threads, one after the other

static void *square(void *argument) {
  intptr_t n = (intptr_t)argument;
  return (void *)(n * n);
}

static int turns(void) {
  intptr_t sum = 0;
  for (int i = 0; i < 100; i++) {
    sum += join(start(square, i));
  }
  printf("%d\n", (int)sum);
  return 0;
}

// loop, wait, exit, trap, return: how a process with threads ends

static volatile int forever = 1;

static void *loop(void *argument) {
  (void)argument;
  while (forever) {
  }
  return NULL;
}

static void *wait_for_ever(void *argument) {
  (void)argument;
  pthread_mutex_lock(&mutex);
  while (forever) {
    pthread_cond_wait(&changed, &mutex);
  }
  return NULL;
}

static void *read_for_ever(void *argument) {
  char byte;
  (void)argument;
  while (read(0, &byte, 1) >= 0) {
  }
  return NULL;
}

static void *call_exit(void *argument) {
  exit((int)(intptr_t)argument);
}

static void *trap(void *argument) {
  (void)argument;
  __builtin_trap();
}

static void *overflow(void *argument) {
  volatile char frame[64];
  frame[0] = (char)(intptr_t)argument;
  return (void *)((intptr_t)overflow((void *)((intptr_t)argument + frame[0])) + frame[0]);
}

static void say_ready(void) {
  puts("ready");
  fflush(stdout);
}

static int end_with(void *(*body)(void *)) {
  start(loop, 0);
  start(wait_for_ever, 0);
  start(read_for_ever, 0);
  say_ready();
  start(body, 7);
  wait_for_ever(NULL);
  return 0;
}

static int end_by_return(void) {
  start(loop, 0);
  start(wait_for_ever, 0);
  start(read_for_ever, 0);
  return 5;
}

// most: as many threads as there can be

static atomic_int arrived;
static atomic_int released;

static void *hold(void *argument) {
  (void)argument;
  pthread_mutex_lock(&mutex);
  arrived++;
  while (!released) {
    pthread_cond_wait(&changed, &mutex);
  }
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static int most(void) {
  static pthread_t threads[200];
  int count = 0;
  int error = 0;
  while (count < 200 && (error = pthread_create(&threads[count], NULL, hold, NULL)) == 0) {
    count++;
  }
  while (arrived < count) {
    usleep(1000);
  }
  pthread_mutex_lock(&mutex);
  released = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < count; i++) {
    join(threads[i]);
  }
  printf("%d threads, then %s\n", count, strerror(error));
  return 0;
}

// grow: what one thread allocates, another hands to the kernel at once

static char *_Atomic fresh;

static void *hand_over(void *argument) {
  (void)argument;
  for (int i = 0; i < 300; i++) {
    char *block;
    while ((block = atomic_exchange(&fresh, NULL)) == NULL) {
    }
    // From beyond what was there a moment ago.
    if (pread(shared, block, 100000, 0) != 100000 || block[99999] != 'x') {
      fail("pread", errno);
    }
  }
  return NULL;
}

static int grow(void) {
  static char bytes[100000];
  memset(bytes, 'x', sizeof bytes);
  shared = open("grown", O_RDWR | O_CREAT | O_TRUNC, 0666);
  write(shared, bytes, sizeof bytes);
  pthread_t reader = start(hand_over, 0);
  for (int i = 0; i < 300; i++) {
    char *block = malloc(200000);
    if (block == NULL) {
      fail("malloc", errno);
    }
    while (atomic_load(&fresh) != NULL) {
    }
    fresh = block;
  }
  join(reader);
  puts("grown");
  return 0;
}

// sleep: a sleeping thread, a sleeping main

static void *sleep_a_little(void *argument) {
  struct timespec time = {.tv_nsec = 20 * 1000 * 1000};
  (void)argument;
  nanosleep(&time, NULL);
  return NULL;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  struct {
    const char *name;
    int (*run)(void);
  } simple[] = {
      {"sync", sync_threads}, {"write", write_files}, {"read", read_shared}, {"churn", churn}, {"turns", turns},
      {"return", end_by_return}, {"most", most}, {"grow", grow},
  };
  for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
    if (strcmp(what, simple[i].name) == 0) {
      return simple[i].run();
    }
  }
  if (strcmp(what, "exit") == 0) {
    return end_with(call_exit);
  }
  if (strcmp(what, "trap") == 0) {
    return end_with(trap);
  }
  if (strcmp(what, "overflow") == 0) {
    return end_with(overflow);
  }
  if (strcmp(what, "run") == 0) {
    return end_with(wait_for_ever);
  }
  if (strcmp(what, "sleep") == 0) {
    return (int)together(sleep_a_little);
  }
  fprintf(stderr, "threads: %s: no such behaviour\n", what);
  return 2;
}
