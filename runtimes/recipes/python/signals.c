/* Signals that reach a program. The kernel ends a process by a signal unless that has asked, by /proc/self/ctl, to take it
 * itself. From then on a call that waits fails with EINTR until the signal has been taken, and sched_yield does, too, for
 * those that compute: CPython asks it now and then, by what it has for a host that cannot interrupt it (Emscripten). */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

static const char control[] = "/proc/self/ctl";
static sighandler_t handlers[NSIG];

void __SIG_IGN(int number) {}
void __SIG_ERR(int number) {}

static int tell(const char *verb, int number) {
  char command[32];
  int length = snprintf(command, sizeof command, "%s%d", verb, number), fd = open(control, O_WRONLY);
  if (fd < 0) return -1;
  int done = write(fd, command, length);
  close(fd);
  return done < 0 ? -1 : 0;
}

/* What a signal does, which CPython finds out otherwise by ignoring each for a moment. */
sighandler_t samovar_handler(int number) {
  return number > 0 && number < NSIG ? handlers[number] : SIG_ERR;
}

sighandler_t signal(int number, sighandler_t handler) {
  sighandler_t old = samovar_handler(number);
  if (old == SIG_ERR || handler == SIG_ERR || number == SIGKILL || number == SIGSTOP) {
    errno = EINVAL;
    return SIG_ERR;
  }
  if (handler == old) return old;
  /* First, so that what comes at once finds it. One that the kernel does not know comes from `raise` only. */
  handlers[number] = handler;
  int error = errno;
  tell(handler == SIG_DFL ? "default " : handler == SIG_IGN ? "ignore " : "catch ", number);
  errno = error;
  return old;
}

int raise(int number) {
  sighandler_t handler = samovar_handler(number);
  if (handler == SIG_ERR) {
    errno = EINVAL;
    return -1;
  }
  if (handler == SIG_DFL) return tell("", number);
  handler(number);
  return 0;
}

/* The interpreter counts its jumps and calls down, to look about every 10 ms: at as many as took that long of late. */
enum { MOST = 4096, LONG_NANOS = 20000000, SHORT_NANOS = 5000000 };
int _Py_emscripten_signal_clock = MOST;

void _Py_CheckEmscriptenSignals(void) {
  if (__wasi_sched_yield() != __WASI_ERRNO_INTR) return;
  char numbers[128];
  int error = errno, fd = open(control, O_RDONLY);
  int length = fd < 0 ? -1 : read(fd, numbers, sizeof numbers - 1);
  if (fd >= 0) close(fd);
  if (length > 0) {
    numbers[length] = 0;
    char *end;
    for (long number; (number = strtol(numbers, &end, 10)); memmove(numbers, end, strlen(end) + 1)) raise(number);
  }
  errno = error;
}

void _Py_CheckEmscriptenSignalsPeriodically(void) {
  static __wasi_timestamp_t last;
  static int interval = MOST;
  __wasi_timestamp_t now = last;
  (void) !__wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &now);
  if (now - last > LONG_NANOS) interval = interval / 8 + 1;
  else if (now - last < SHORT_NANOS && interval < MOST) interval *= 2;
  last = now;
  _Py_emscripten_signal_clock = interval;
  _Py_CheckEmscriptenSignals();
}

/* libc's own says ENOTSUP whatever went wrong. */
struct __clockid { __wasi_clockid_t id; };

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left) {
  if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= 1000000000) return EINVAL;
  __wasi_timestamp_t timeout;
  if (__builtin_mul_overflow((__wasi_timestamp_t) time->tv_sec, 1000000000, &timeout)
      || __builtin_add_overflow(timeout, time->tv_nsec, &timeout)) timeout = -1;
  __wasi_subscription_t subscription = { .u = {
    .tag = __WASI_EVENTTYPE_CLOCK,
    .u.clock = { .id = clock->id, .timeout = timeout,
                 .flags = flags & TIMER_ABSTIME ? __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME : 0 },
  } };
  __wasi_event_t event;
  __wasi_size_t count;
  int error = __wasi_poll_oneoff(&subscription, &event, 1, &count);
  return error ? error : event.error;
}
