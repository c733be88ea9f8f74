// What is changed in QuickJS's own source before it is compiled: each text must be there once.

/** C that takes up so many bytes of stack until the function returns; the compiler must not see that nothing is in them. */
const occupy = bytes => `__asm__ volatile("" : : "r"(alloca(${bytes})))`;

/** Bytes of stack that a function takes up in the memory although it does not need them; see `patches`. */
const heavier = [
  ['quickjs.c', 'static __exception int js_parse_assign_expr2(JSParseState *s, int parse_flags)\n{\n', 700],
  ['quickjs.c', 'static __exception int js_parse_statement_or_decl(JSParseState *s,\n                                                  int decl_mask)\n{\n', 100],
  ['quickjs.c', 'static __exception int js_parse_cond_expr(JSParseState *s, int parse_flags)\n{\n', 80],
  ['quickjs.c', 'static __exception int js_parse_unary(JSParseState *s, int parse_flags)\n{\n', 64],
  ['libregexp.c', 'static int re_parse_disjunction(REParseState *s, bool is_backward_dir)\n{\n', 64],
].map(([file, head, bytes]) => ({ file, replace: head, by: `${head}    ${occupy(bytes)};\n` }));

const patches = [
  // The modules of wasi.c and codec.c.
  { file: 'qjs.c', replace: '/* also used to initialize the worker context */', by: ['wasi', 'codec'].map(name => `JSModuleDef *js_init_module_${name}(JSContext *ctx, const char *name);\n`).join('') },
  { file: 'qjs.c', replace: '    js_init_module_bjson(ctx, "qjs:bjson");\n', by: '    js_init_module_bjson(ctx, "qjs:bjson");\n    js_init_module_wasi(ctx, "qjs:wasi");\n    js_init_module_codec(ctx, "qjs:codec");\n' },

  // A limit to the stack, which QuickJS leaves out on WASI. What it can see is the stack in the memory; what ends first is
  // the host's, of 500 KB in a browser's worker. Where calls go through JavaScript's functions the host's has been found to
  // end at 267 KB of the memory's and above. QuickJS's own recursions (parser, JSON, flat) take up to ten times as much of
  // the host's: the functions that they go through are made heavier, which are those that check with a constant, and those
  // of the parser above.
  { file: 'quickjs.c', replace: '#if defined(__wasi__)\n    rt->stack_limit = 0; /* no limit */\n#else', by: '#if 0\n#else' },
  { file: 'quickjs.c', replace: '    rt->stack_size = 0;\n', by: '    rt->stack_size = 230 * 1024;\n' },
  {
    file: 'quickjs.c',
    replace: 'JSRuntime *JS_NewRuntime2(const JSMallocFunctions *mf, void *opaque)\n{',
    by: `#define js_check_stack_overflow(rt, size) ({ \\
    if (__builtin_constant_p(size)) \\
        ${occupy(112)}; \\
    js_check_stack_overflow(rt, size); })

JSRuntime *JS_NewRuntime2(const JSMallocFunctions *mf, void *opaque)
{`,
  },
  ...heavier,
];

/** @returns {string} the source of a file, patched */
export function patched(file, source) {
  for (const { replace, by } of patches.filter(patch => patch.file === file)) {
    if (source.split(replace).length !== 2) throw new Error(`${file} is not the file that native/patches.mjs was made for: it must have once: ${replace}`);
    source = source.replace(replace, () => by);
  }
  return source;
}
