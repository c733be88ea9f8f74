#!/bin/sh
# Builds calls.wasm from calls.c.
set -eu
cd "$(dirname "$0")"
../../examples/wasi-clang/clang -O2 -s -std=gnu17 -Wall -Wextra calls.c -o calls.wasm
