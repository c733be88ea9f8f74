#!/bin/sh
# Builds server.wasm. Needs Rust with its wasm32-wasip1 target (`rustup target add wasm32-wasip1`).
# Without that target: RUST_SRC=… names the `library` folder of the same version's sources (Debian's rust-src), from
# which the standard library is built too; the C library under it then comes from ../wasi-clang.
set -eu
cd "$(dirname "$0")"
target=wasm32-wasip1

if [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; then
  cargo build --release --target $target
elif [ -n "${RUST_SRC:-}" ]; then
  ../wasi-clang/clang --version >&2 # fetches it when it is not there
  sysroot=target/sysroot
  mkdir -p $sysroot
  tar -xf ../wasi-clang/node_modules/@yowasp/clang/gen/llvm-resources.tar -C $sysroot lib/$target
  export RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT="$RUST_SRC"
  export RUSTFLAGS="-C link-self-contained=no -C linker=rust-lld -L $PWD/$sysroot/lib/$target \
    -C link-arg=$PWD/$sysroot/lib/$target/crt1-command.o --remap-path-prefix=$RUST_SRC=/rust --remap-path-prefix=$PWD=."
  cargo build --release --target $target -Z build-std=std,panic_abort --offline \
    --config 'source.crates-io.replace-with="vendor"' --config "source.vendor.directory='$RUST_SRC/vendor'"
else
  echo "build.sh: this Rust has no $target. Run \`rustup target add $target\`, or set RUST_SRC (see the head of this script)." >&2
  exit 1
fi
cp target/$target/release/server.wasm server.wasm
