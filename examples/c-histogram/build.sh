#!/bin/sh
# Builds histogram.wasm from main.c.
set -eu
cd "$(dirname "$0")"
../wasi-clang/clang -O2 -s -Wall -Wextra main.c -o histogram.wasm
