#!/bin/sh
# Builds each NAME.c of this folder into NAME.wasm beside it.
set -eu
cd "$(dirname "$0")"
for source in *.c; do
  ../../examples/wasi-clang/clang -O2 -s -std=gnu17 -Wall -Wextra "$source" -o "${source%.c}.wasm"
done
