#!/bin/sh
# Builds ../threads.wasm and ../rust-threads.wasm. They need a C library with threads, which few distributions have:
# WASI_SYSROOT names one for wasm32-wasip1-threads. wasi-sdk brings it; or it is built in a minute from Debian's source
# package wasi-libc (here 0.0~git20260129.ec0effd, whose .orig.tar.xz has the SHA-256
# 9f63635e532d74d5a62e43d5bc061850fae493683039ee81f1fc81d036719d78) by
#   cmake -G Ninja -S wasi-libc-… -B build -DCMAKE_C_COMPILER=clang-19 -DCMAKE_AR=llvm-ar-19 \
#     -DCMAKE_C_COMPILER_WORKS=ON -DTARGET_TRIPLE=wasm32-wasip1-threads -DBUILD_SHARED=OFF -DCMAKE_BUILD_TYPE=Release \
#     -DBUILTINS_LIB=…/libclang_rt.builtins-wasm32.a   &&   ninja -C build         (the result is build/sysroot)
# CLANG names a clang for wasm32 (clang-19). The Rust program needs Rust 1.95 and RUST_SRC, as ../../../examples/rust-hello
# says.
set -eu
cd "$(dirname "$0")"
target=wasm32-wasip1-threads
: "${WASI_SYSROOT:?names a C library for $target; see the head of this script}"

"${CLANG:-clang-19}" --target=$target --sysroot="$WASI_SYSROOT" -pthread -O2 -s -std=gnu17 -Wall -Wextra threads.c \
  -Wl,--import-memory,--export-memory,--max-memory=268435456 -o ../threads.wasm

if [ -n "${RUST_SRC:-}" ]; then
  cd ../rust-threads
  lib=$WASI_SYSROOT/lib/$target
  export RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT="$RUST_SRC"
  export RUSTFLAGS="-C link-self-contained=no -C linker=rust-lld -L $lib -C link-arg=$lib/crt1-command.o \
    -C link-arg=--max-memory=268435456 --remap-path-prefix=$RUST_SRC=/rust --remap-path-prefix=$PWD=."
  cargo build --release --target $target -Z build-std=std,panic_abort --offline \
    --config 'source.crates-io.replace-with="vendor"' --config "source.vendor.directory='$RUST_SRC/vendor'"
  cp target/$target/release/rust-threads.wasm ../rust-threads.wasm
fi
