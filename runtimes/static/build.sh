#!/bin/sh
# Builds serve.wasm, which is committed beside its source.
set -eu
cd "$(dirname "$0")"
../../examples/wasi-clang/clang -O2 -s -std=gnu17 -Wall -Wextra -D_GNU_SOURCE serve.c -o serve.wasm
