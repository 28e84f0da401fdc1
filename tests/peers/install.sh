#!/usr/bin/env bash
# Installs and builds the stock gRPC peers of the interop tests on a Debian machine: as root where a Debian package is missing.
# Quick on the second run: packages that are there are not asked for again, npm and CMake redo only what changed.
set -euo pipefail
peers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$peers/../.." && pwd)
built="$repository/artifacts/peers"
protos="$repository/tests/Asteri.Interop/Protos"

packages=(python3-grpcio python3-protobuf protobuf-compiler protobuf-compiler-grpc libgrpc++-dev pkg-config cmake g++)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

echo "node: @grpc/grpc-js"
lock="$peers/node/package-lock.json"
installed="$peers/node/node_modules/.installed-lock.json"
if ! cmp -s "$lock" "$installed"; then
  npm ci --prefix "$peers/node" --ignore-scripts --no-audit --no-fund
  cp "$lock" "$installed"
fi

echo "python: messages and stubs"
mkdir -p "$built/python"
protoc -I "$protos" --python_out="$built/python" --grpc_python_out="$built/python" \
  --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" "$protos"/grpc/testing/*.proto

echo "cpp: build"
cmake -S "$peers/cpp" -B "$built/cpp" >"$built/cpp-configure.log" || { cat "$built/cpp-configure.log"; exit 1; }
cmake --build "$built/cpp" --parallel "$(nproc)"
