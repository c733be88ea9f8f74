#!/bin/sh
# Builds each NAME.c of this folder into NAME.wasm beside it; `build.sh NAME…` builds these only.
set -eu
cd "$(dirname "$0")"
compile() { ../../examples/wasi-clang/clang -O2 -s -std=gnu17 -Wall -Wextra "$@"; }

if [ $# -eq 0 ]; then
  for source in *.c; do set -- "$@" "${source%.c}"; done
fi
for name; do
  echo "$name"
  compile "$name.c" -o "$name.wasm"
  if [ "$name" = grow ]; then
    # With sizes that are multiples of its step, it reaches the maximum exactly.
    compile grow.c -Wl,--initial-memory=1048576,--max-memory=268435456 -o grow-256mib.wasm
  fi
done
