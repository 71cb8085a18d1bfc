#!/usr/bin/env bash
# Installs a build into a folder of its own, builds examples/ and the plug-in of examples/plugin
# against that and nothing else of the repository, and runs what came out:
#   tests/install/run.sh <build folder>
set -euo pipefail

build=$1
repository=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }

cmake --install "$build" --prefix "$work/prefix" >/dev/null
cmake -S "$repository/examples" -B "$work/examples" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" \
      -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$work/examples"

# What Loom itself is built with must not be needed by those who use it.
read_headers=$(ninja -C "$work/examples" -t deps)
for foreign in /fmt/ /oneapi/ /tbb/ /boost/ /nlohmann/ /CLI/; do
  if grep -q "include$foreign" <<<"$read_headers"; then
    fail "the public headers include those of $foreign"
  fi
done
if grep -q "$repository/\(loom\|include\)/" <<<"$read_headers"; then
  fail "the example was built with the headers of the repository, not the installed ones"
fi

output=$("$work/examples/hello")
echo "$output"
grep -Eq '^matmul float64\(300, 100\) computed by (blas|reference)$' <<<"$output" ||
  fail "hello does not say who computed the product"
grep -q '^largest difference .* yes$' <<<"$output" || fail "the product is wrong"

# The installed command finds the installed library and takes the plug-in.
cmake -S "$repository/examples/plugin" -B "$work/plugin" -G Ninja \
      -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build "$work/plugin"
backends=$(LOOM_PLUGINS=$work/plugin/libsample.so "$work/prefix/bin/loom" backends)
grep -Eq '^sample +available$' <<<"$backends" || fail "no plug-in among: $backends"
