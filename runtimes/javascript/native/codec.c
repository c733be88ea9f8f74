/* qjs:codec, hashes and compression, which would be a hundred times slower as JavaScript. */
#include <stdlib.h>
#include "flate.h"
#include "hash.h"
#include "quickjs.h"

#define ARGUMENTS JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv

/* The bytes of a Uint8Array, or false with an exception. They are good until JavaScript runs again. */
static bool bytes_of(JSContext *ctx, JSValueConst value, struct text *text)
{
    text->bytes = JS_GetUint8Array(ctx, &text->length, value);
    return text->bytes || !JS_HasException(ctx);
}

static const struct algorithm *algorithm_of(JSContext *ctx, JSValueConst value)
{
    const char *name = JS_ToCString(ctx, value);
    if (!name)
        return NULL;
    const struct algorithm *algorithm = hash_algorithm(name);
    if (!algorithm)
        JS_ThrowRangeError(ctx, "there is no hash %s", name);
    JS_FreeCString(ctx, name);
    return algorithm;
}

/* digest(algorithm, bytes) */
static JSValue codec_digest(ARGUMENTS)
{
    struct text text;
    uint8_t digest[MOST_DIGEST];
    struct hash hash;
    const struct algorithm *algorithm = algorithm_of(ctx, argv[0]);
    if (!algorithm || !bytes_of(ctx, argv[1], &text))
        return JS_EXCEPTION;
    hash_begin(&hash, algorithm);
    hash_add(&hash, text.bytes, text.length);
    hash_end(&hash, digest);
    return JS_NewUint8ArrayCopy(ctx, digest, algorithm->digest);
}

/* pbkdf2(result, password, salt, iterations, algorithm) fills the result. */
static JSValue codec_pbkdf2(ARGUMENTS)
{
    struct text result, password, salt;
    uint32_t iterations;
    const struct algorithm *algorithm = algorithm_of(ctx, argv[4]);
    if (!algorithm || JS_ToUint32(ctx, &iterations, argv[3]) || !bytes_of(ctx, argv[0], &result) || !bytes_of(ctx, argv[1], &password)
        || !bytes_of(ctx, argv[2], &salt))
        return JS_EXCEPTION;
    pbkdf2(algorithm, password, salt, iterations, result);
    return JS_UNDEFINED;
}

/* scrypt(result, password, salt, N, r, p) fills the result; false if there is no memory for it. The caller has checked N, r and p. */
static JSValue codec_scrypt(ARGUMENTS)
{
    struct text result, password, salt;
    uint32_t n, r, p;
    if (JS_ToUint32(ctx, &n, argv[3]) || JS_ToUint32(ctx, &r, argv[4]) || JS_ToUint32(ctx, &p, argv[5]) || !bytes_of(ctx, argv[0], &result)
        || !bytes_of(ctx, argv[1], &password) || !bytes_of(ctx, argv[2], &salt))
        return JS_EXCEPTION;
    return JS_NewBool(ctx, scrypt(password, salt, n, r, p, result));
}

static JSValue array_of(JSContext *ctx, struct flate *result)
{
    JSValue array = JS_NewUint8ArrayCopy(ctx, result->bytes ? result->bytes : (const uint8_t *)"", result->length);
    free(result->bytes);
    return array;
}

/* deflate(bytes, effort, last): blocks that follow on others. */
static JSValue codec_deflate(ARGUMENTS)
{
    struct text text;
    struct flate result = { 0 };
    int32_t effort;
    int last = JS_ToBool(ctx, argv[2]);
    if (last < 0 || JS_ToInt32(ctx, &effort, argv[1]) || !bytes_of(ctx, argv[0], &text))
        return JS_EXCEPTION;
    if (flate_deflate(&result, text.bytes, text.length, effort < 0 ? 0 : effort > 9 ? 9 : effort, last) != FLATE_DONE) {
        free(result.bytes);
        return JS_ThrowOutOfMemory(ctx);
    }
    return array_of(ctx, &result);
}

/* inflate(bytes, most): [what it was, how many bytes it took], or why not: 1 it is cut off, 2 damaged, 3 more than `most` bytes. */
static JSValue codec_inflate(ARGUMENTS)
{
    struct text text;
    struct flate result = { 0 };
    uint32_t most;
    size_t taken;
    if (JS_ToUint32(ctx, &most, argv[1]) || !bytes_of(ctx, argv[0], &text))
        return JS_EXCEPTION;
    enum flate_end end = flate_inflate(&result, text.bytes, text.length, most, &taken);
    if (end != FLATE_DONE) {
        free(result.bytes);
        return end == FLATE_NO_MEMORY ? JS_ThrowOutOfMemory(ctx) : JS_NewInt32(ctx, end);
    }
    JSValue bytes = array_of(ctx, &result), pair = JS_IsException(bytes) ? JS_EXCEPTION : JS_NewArray(ctx);
    if (JS_IsException(pair)) {
        JS_FreeValue(ctx, bytes);
        return JS_EXCEPTION;
    }
    JS_SetPropertyUint32(ctx, pair, 0, bytes);
    JS_SetPropertyUint32(ctx, pair, 1, JS_NewInt64(ctx, taken));
    return pair;
}

/* crc32(before, bytes) and adler32(before, bytes) */
static JSValue codec_checksum(ARGUMENTS, int is_adler)
{
    struct text text;
    uint32_t before;
    if (JS_ToUint32(ctx, &before, argv[0]) || !bytes_of(ctx, argv[1], &text))
        return JS_EXCEPTION;
    return JS_NewUint32(ctx, (is_adler ? flate_adler32 : flate_crc32)(before, text.bytes, text.length));
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("digest", 2, codec_digest),
    JS_CFUNC_DEF("pbkdf2", 5, codec_pbkdf2),
    JS_CFUNC_DEF("scrypt", 6, codec_scrypt),
    JS_CFUNC_DEF("deflate", 3, codec_deflate),
    JS_CFUNC_DEF("inflate", 2, codec_inflate),
    JS_CFUNC_MAGIC_DEF("crc32", 2, codec_checksum, 0),
    JS_CFUNC_MAGIC_DEF("adler32", 2, codec_checksum, 1),
};

#define COUNT (int)(sizeof functions / sizeof *functions)

static int fill(JSContext *ctx, JSModuleDef *module)
{
    return JS_SetModuleExportList(ctx, module, functions, COUNT);
}

JSModuleDef *js_init_module_codec(JSContext *ctx, const char *name)
{
    JSModuleDef *module = JS_NewCModule(ctx, name, fill);
    if (module)
        JS_AddModuleExportList(ctx, module, functions, COUNT);
    return module;
}
