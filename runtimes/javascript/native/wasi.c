/*
 * qjs:wasi, what qjs:os lacks on WASI: sockets, a poll over any number of descriptors, the queue of microtasks, links; and what
 * would be slow as JavaScript: texts from bytes and back.
 *
 * A call that fails answers the errno, negated: WASI's own numbers.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>
#include "quickjs.h"

#define ARGUMENTS JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv

enum { WANTS_READ = 1, WANTS_WRITE = 2 };

static JSValue answer(JSContext *ctx, __wasi_errno_t error, int32_t value)
{
    return JS_NewInt32(ctx, error ? -(int32_t)error : value);
}

static bool descriptor(JSContext *ctx, JSValueConst value, __wasi_fd_t *fd)
{
    return JS_ToUint32(ctx, fd, value) == 0;
}

/* open(path): a descriptor for reading and writing that does not wait. */
static JSValue wasi_open(ARGUMENTS)
{
    const char *path = JS_ToCString(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    int fd = open(path, O_RDWR | O_NONBLOCK);
    int error = errno;
    JS_FreeCString(ctx, path);
    return JS_NewInt32(ctx, fd < 0 ? -error : fd);
}

/* accept(listener): the next connection, which does not wait either. */
static JSValue wasi_accept(ARGUMENTS)
{
    __wasi_fd_t fd, connection = 0;
    if (!descriptor(ctx, argv[0], &fd))
        return JS_EXCEPTION;
    __wasi_errno_t error = __wasi_sock_accept(fd, __WASI_FDFLAGS_NONBLOCK, &connection);
    return answer(ctx, error, connection);
}

/* shutdown(socket, how): 1 reading, 2 writing, 3 both. */
static JSValue wasi_shutdown(ARGUMENTS)
{
    __wasi_fd_t fd;
    int32_t how;
    if (!descriptor(ctx, argv[0], &fd) || JS_ToInt32(ctx, &how, argv[1]))
        return JS_EXCEPTION;
    return answer(ctx, __wasi_sock_shutdown(fd, how), 0);
}

static JSValue wasi_close(ARGUMENTS)
{
    __wasi_fd_t fd;
    if (!descriptor(ctx, argv[0], &fd))
        return JS_EXCEPTION;
    return answer(ctx, close(fd) < 0 ? errno : 0, 0);
}

/* isListener(descriptor): whether connections can be accepted from it. */
static JSValue wasi_is_listener(ARGUMENTS)
{
    __wasi_fd_t fd;
    __wasi_fdstat_t stat;
    if (!descriptor(ctx, argv[0], &fd))
        return JS_EXCEPTION;
    if (__wasi_fd_fdstat_get(fd, &stat) || stat.fs_filetype != __WASI_FILETYPE_SOCKET_STREAM)
        return JS_FALSE;
    __wasi_fd_fdstat_set_flags(fd, stat.fs_flags | __WASI_FDFLAGS_NONBLOCK);
    return JS_TRUE;
}

/* read(descriptor, bytes) and write(descriptor, bytes): how many of them; reading, 0 is the end. */
static JSValue wasi_transfer(ARGUMENTS, int writes)
{
    __wasi_fd_t fd;
    __wasi_size_t done = 0;
    size_t size;
    if (!descriptor(ctx, argv[0], &fd))
        return JS_EXCEPTION;
    uint8_t *bytes = JS_GetUint8Array(ctx, &size, argv[1]);
    if (!bytes && size == 0) {
        /* An empty array has no address; what is no array has thrown. */
        if (JS_HasException(ctx))
            return JS_EXCEPTION;
    }
    __wasi_errno_t error;
    if (writes) {
        __wasi_ciovec_t vector = { bytes, size };
        error = __wasi_fd_write(fd, &vector, 1, &done);
    } else {
        __wasi_iovec_t vector = { bytes, size };
        error = __wasi_fd_read(fd, &vector, 1, &done);
    }
    return answer(ctx, error, done);
}

/*
 * poll(table, count, ms): waits until one of the descriptors is ready or the time is over (ms < 0: for ever), in one call.
 * The table is an Int32Array of count rows: descriptor, what is wanted, and for the answer what is ready, which also tells
 * of a closed connection or a bad descriptor. Answers how many rows are ready.
 */
static JSValue wasi_poll(ARGUMENTS)
{
    static __wasi_subscription_t *subscriptions;
    static __wasi_event_t *events;
    static size_t room;

    int32_t count;
    double ms;
    size_t offset, length, element, size;
    if (JS_ToInt32(ctx, &count, argv[1]) || JS_ToFloat64(ctx, &ms, argv[2]))
        return JS_EXCEPTION;
    JSValue buffer = JS_GetTypedArrayBuffer(ctx, argv[0], &offset, &length, &element);
    if (JS_IsException(buffer))
        return JS_EXCEPTION;
    uint8_t *start = JS_GetArrayBuffer(ctx, &size, buffer);
    JS_FreeValue(ctx, buffer);
    if (count < 0 || (count && !start) || element != sizeof(int32_t) || (size_t)count * 12 > length)
        return JS_ThrowRangeError(ctx, "poll: the table is shorter than its count");
    int32_t *table = (int32_t *)(start + offset);

    if (room < 2 * (size_t)count + 1) {
        room = 4 * (size_t)count + 16;
        free(subscriptions);
        free(events);
        subscriptions = calloc(room, sizeof *subscriptions);
        events = calloc(room, sizeof *events);
        if (!subscriptions || !events) {
            room = 0;
            return JS_ThrowOutOfMemory(ctx);
        }
    }
    size_t wanted = 0;
    for (int32_t i = 0; i < count; i++) {
        table[3 * i + 2] = 0;
        for (int which = WANTS_READ; which <= WANTS_WRITE; which++) {
            if (!(table[3 * i + 1] & which))
                continue;
            __wasi_subscription_t *subscription = &subscriptions[wanted++];
            memset(subscription, 0, sizeof *subscription);
            subscription->userdata = (uint64_t)i << 2 | which;
            subscription->u.tag = which == WANTS_READ ? __WASI_EVENTTYPE_FD_READ : __WASI_EVENTTYPE_FD_WRITE;
            subscription->u.u.fd_read.file_descriptor = table[3 * i];
        }
    }
    if (ms >= 0) {
        __wasi_subscription_t *subscription = &subscriptions[wanted++];
        memset(subscription, 0, sizeof *subscription);
        subscription->u.tag = __WASI_EVENTTYPE_CLOCK;
        subscription->u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
        subscription->u.u.clock.timeout = ms > 1e12 ? (uint64_t)1e18 : (uint64_t)(ms * 1e6);
    }
    if (!wanted)
        return JS_NewInt32(ctx, 0);

    __wasi_size_t happened = 0;
    __wasi_errno_t error = __wasi_poll_oneoff(subscriptions, events, wanted, &happened);
    if (error)
        return answer(ctx, error, 0);
    int32_t ready = 0;
    for (__wasi_size_t i = 0; i < happened; i++) {
        if (events[i].type == __WASI_EVENTTYPE_CLOCK)
            continue;
        int32_t *row = &table[3 * (int32_t)(events[i].userdata >> 2)];
        ready += row[2] == 0;
        row[2] |= events[i].userdata & 3;
    }
    return JS_NewInt32(ctx, ready);
}

/* jobs(): runs the microtasks, and those they bring, until none is left. */
static JSValue wasi_jobs(ARGUMENTS)
{
    JSContext *other;
    int status;
    while ((status = JS_ExecutePendingJob(JS_GetRuntime(ctx), &other)) > 0);
    return status < 0 ? JS_EXCEPTION : JS_UNDEFINED;
}

static JSValue rejection_listener;

static void rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, bool is_handled, void *opaque)
{
    JSValueConst arguments[] = { promise, reason, JS_NewBool(ctx, is_handled) };
    JS_FreeValue(ctx, JS_Call(ctx, rejection_listener, JS_UNDEFINED, 3, arguments));
}

/* onRejection(listener): from now on listener(promise, reason, handled) hears of rejections, and nothing else does. */
static JSValue wasi_on_rejection(ARGUMENTS)
{
    rejection_listener = JS_DupValue(ctx, argv[0]);
    JS_SetHostPromiseRejectionTracker(JS_GetRuntime(ctx), rejection, NULL);
    return JS_UNDEFINED;
}

/* settled(promise): undefined while it is pending, else [whether it was rejected, its value or reason]. */
static JSValue wasi_settled(ARGUMENTS)
{
    JSPromiseStateEnum state = JS_PromiseState(ctx, argv[0]);
    if (state != JS_PROMISE_FULFILLED && state != JS_PROMISE_REJECTED)
        return JS_UNDEFINED;
    JSValue pair = JS_NewArray(ctx);
    if (!JS_IsException(pair)) {
        JS_SetPropertyUint32(ctx, pair, 0, JS_NewBool(ctx, state == JS_PROMISE_REJECTED));
        JS_SetPropertyUint32(ctx, pair, 1, JS_PromiseResult(ctx, argv[0]));
    }
    return pair;
}

/* An index into so many bytes, or what stands for it where there is none. */
static bool position(JSContext *ctx, JSValueConst value, size_t size, size_t otherwise, size_t *at)
{
    int64_t number = otherwise;
    if (!JS_IsUndefined(value) && JS_ToInt64(ctx, &number, value))
        return false;
    *at = number < 0 ? 0 : (uint64_t)number > size ? size : (size_t)number;
    return true;
}

/* The bytes from argv[1] up to argv[2], which default to all. */
static const uint8_t *range(JSContext *ctx, int argc, JSValueConst *argv, size_t *length)
{
    size_t size, from, to;
    const uint8_t *bytes = JS_GetUint8Array(ctx, &size, argv[0]);
    if (!bytes) {
        if (JS_HasException(ctx))
            return NULL;
        bytes = (const uint8_t *)"";
        size = 0;
    }
    if (!position(ctx, argc > 1 ? argv[1] : JS_UNDEFINED, size, 0, &from)
        || !position(ctx, argc > 2 ? argv[2] : JS_UNDEFINED, size, size, &to))
        return NULL;
    *length = to > from ? to - from : 0;
    return bytes + from;
}

/* latin1(bytes, from, to): a text of one character for each byte. */
static JSValue wasi_latin1(ARGUMENTS)
{
    size_t length, i;
    const uint8_t *bytes = range(ctx, argc, argv, &length);
    if (!bytes)
        return JS_EXCEPTION;
    for (i = 0; i < length && bytes[i] < 128; i++);
    if (i == length)
        return JS_NewStringLen(ctx, (const char *)bytes, length);
    uint16_t *wide = js_malloc(ctx, 2 * length);
    if (!wide)
        return JS_EXCEPTION;
    for (i = 0; i < length; i++)
        wide[i] = bytes[i];
    JSValue text = JS_NewStringUTF16(ctx, wide, length);
    js_free(ctx, wide);
    return text;
}

/* Whether these bytes are UTF-8 (RFC 3629), so that there is only one way to read them. */
static bool is_utf8(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint8_t first = bytes[i++];
        if (first < 0x80)
            continue;
        int more = first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
        if (!more || length - i < (size_t)more)
            return false;
        uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (bytes[i] < low || bytes[i] > high)
            return false;
        for (i++; --more; i++) {
            if ((bytes[i] & 0xc0) != 0x80)
                return false;
        }
    }
    return true;
}

/* utf8(bytes, from, to): the text, or undefined where they are not UTF-8. */
static JSValue wasi_utf8(ARGUMENTS)
{
    size_t length;
    const uint8_t *bytes = range(ctx, argc, argv, &length);
    if (!bytes)
        return JS_EXCEPTION;
    return is_utf8(bytes, length) ? JS_NewStringLen(ctx, (const char *)bytes, length) : JS_UNDEFINED;
}

/* encode(text): its UTF-8, or undefined where it has half a surrogate pair. */
static JSValue wasi_encode(ARGUMENTS)
{
    size_t length;
    const char *bytes = JS_ToCStringLen(ctx, &length, argv[0]);
    if (!bytes)
        return JS_EXCEPTION;
    JSValue array = is_utf8((const uint8_t *)bytes, length) ? JS_NewUint8ArrayCopy(ctx, (const uint8_t *)bytes, length) : JS_UNDEFINED;
    JS_FreeCString(ctx, bytes);
    return array;
}

/* find(bytes, pattern, from): where the bytes of another array are first found, or -1. */
static JSValue wasi_find(ARGUMENTS)
{
    size_t size, wanted, from;
    const uint8_t *bytes = JS_GetUint8Array(ctx, &size, argv[0]);
    const uint8_t *pattern = JS_GetUint8Array(ctx, &wanted, argv[1]);
    if (JS_HasException(ctx) || !position(ctx, argc > 2 ? argv[2] : JS_UNDEFINED, size, 0, &from))
        return JS_EXCEPTION;
    if (!bytes || !pattern || !wanted)
        return JS_NewInt32(ctx, -1);
    const uint8_t *found = memmem(bytes + from, size - from, pattern, wanted);
    return JS_NewInt32(ctx, found ? found - bytes : -1);
}

/* mask(bytes, key): exclusive or with the four bytes of key, in place (RFC 6455 §5.3); key[4] says where in it to begin. */
static JSValue wasi_mask(ARGUMENTS)
{
    size_t size, keySize;
    uint8_t *bytes = JS_GetUint8Array(ctx, &size, argv[0]);
    uint8_t *key = JS_GetUint8Array(ctx, &keySize, argv[1]);
    if (JS_HasException(ctx))
        return JS_EXCEPTION;
    if (!key || keySize < 5)
        return JS_ThrowRangeError(ctx, "mask: a key has five bytes");
    for (size_t i = 0; i < size; i++)
        bytes[i] ^= key[(key[4] + i) & 3];
    key[4] = (key[4] + size) & 3;
    return JS_UNDEFINED;
}

static double milliseconds(struct timespec time)
{
    return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

/* stat(path or descriptor, follows): [dev, ino, mode, nlink, size, atime, mtime, ctime], the times in ms. */
static JSValue wasi_stat(ARGUMENTS)
{
    struct stat found;
    int result;
    if (JS_IsNumber(argv[0])) {
        __wasi_fd_t fd;
        if (!descriptor(ctx, argv[0], &fd))
            return JS_EXCEPTION;
        result = fstat((int)fd, &found);
    } else {
        const char *path = JS_ToCString(ctx, argv[0]);
        if (!path)
            return JS_EXCEPTION;
        result = JS_ToBool(ctx, argv[1]) ? stat(path, &found) : lstat(path, &found);
        JS_FreeCString(ctx, path);
    }
    if (result < 0)
        return JS_NewInt32(ctx, -errno);
    double fields[] = { (double)found.st_dev, (double)found.st_ino, found.st_mode, (double)found.st_nlink, (double)found.st_size,
        milliseconds(found.st_atim), milliseconds(found.st_mtim), milliseconds(found.st_ctim) };
    JSValue list = JS_NewArray(ctx);
    for (int i = 0; i < 8 && !JS_IsException(list); i++) {
        if (JS_SetPropertyUint32(ctx, list, i, JS_NewNumber(ctx, fields[i])) < 0) {
            JS_FreeValue(ctx, list);
            return JS_EXCEPTION;
        }
    }
    return list;
}

/* link(target, path) and symlink(target, path) */
static JSValue wasi_link(ARGUMENTS, int symbolic)
{
    const char *target = JS_ToCString(ctx, argv[0]);
    const char *path = target ? JS_ToCString(ctx, argv[1]) : NULL;
    JSValue result = JS_EXCEPTION;
    if (path)
        result = JS_NewInt32(ctx, (symbolic ? symlink(target, path) : link(target, path)) < 0 ? -errno : 0);
    JS_FreeCString(ctx, path);
    JS_FreeCString(ctx, target);
    return result;
}

/* readlink(path): where a link leads. */
static JSValue wasi_readlink(ARGUMENTS)
{
    char target[4096];
    const char *path = JS_ToCString(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    ssize_t size = readlink(path, target, sizeof target);
    int error = errno;
    JS_FreeCString(ctx, path);
    return size < 0 ? JS_NewInt32(ctx, -error) : JS_NewStringLen(ctx, target, size);
}

/* truncate(descriptor, size): cuts a file off, or fills it up with zeros. */
static JSValue wasi_truncate(ARGUMENTS)
{
    __wasi_fd_t fd;
    int64_t size;
    if (!descriptor(ctx, argv[0], &fd) || JS_ToInt64(ctx, &size, argv[1]))
        return JS_EXCEPTION;
    return JS_NewInt32(ctx, ftruncate((int)fd, size) < 0 ? -errno : 0);
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("open", 1, wasi_open),
    JS_CFUNC_DEF("accept", 1, wasi_accept),
    JS_CFUNC_DEF("shutdown", 2, wasi_shutdown),
    JS_CFUNC_DEF("close", 1, wasi_close),
    JS_CFUNC_DEF("isListener", 1, wasi_is_listener),
    JS_CFUNC_MAGIC_DEF("read", 2, wasi_transfer, 0),
    JS_CFUNC_MAGIC_DEF("write", 2, wasi_transfer, 1),
    JS_CFUNC_DEF("poll", 3, wasi_poll),
    JS_CFUNC_DEF("jobs", 0, wasi_jobs),
    JS_CFUNC_DEF("onRejection", 1, wasi_on_rejection),
    JS_CFUNC_DEF("settled", 1, wasi_settled),
    JS_CFUNC_DEF("latin1", 3, wasi_latin1),
    JS_CFUNC_DEF("utf8", 3, wasi_utf8),
    JS_CFUNC_DEF("encode", 1, wasi_encode),
    JS_CFUNC_DEF("find", 3, wasi_find),
    JS_CFUNC_DEF("mask", 2, wasi_mask),
    JS_CFUNC_DEF("stat", 2, wasi_stat),
    JS_CFUNC_MAGIC_DEF("link", 2, wasi_link, 0),
    JS_CFUNC_MAGIC_DEF("symlink", 2, wasi_link, 1),
    JS_CFUNC_DEF("readlink", 1, wasi_readlink),
    JS_CFUNC_DEF("truncate", 2, wasi_truncate),
};

#define COUNT (int)(sizeof functions / sizeof *functions)

static int fill(JSContext *ctx, JSModuleDef *module)
{
    return JS_SetModuleExportList(ctx, module, functions, COUNT);
}

JSModuleDef *js_init_module_wasi(JSContext *ctx, const char *name)
{
    JSModuleDef *module = JS_NewCModule(ctx, name, fill);
    if (module)
        JS_AddModuleExportList(ctx, module, functions, COUNT);
    return module;
}
