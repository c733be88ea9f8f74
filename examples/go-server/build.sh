#!/bin/sh
# Builds server.wasm. Needs Go 1.21 or newer.
set -eu
cd "$(dirname "$0")"
GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w' -o server.wasm .
chmod a-x server.wasm # it is no program of the machine that builds it
