#!/usr/bin/env bash
# Makes ready what the editor tests need: Chromium, Neovim and Emacs from Debian, VS Code (code-server) from npm, JupyterLab
# from PyPI, the built VSIX. The Makefile installs ZenML, so that nothing else installs it meanwhile.
# Does only what is missing, so it may run before every test. With `installs`, it leaves out the VSIX.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)

if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "The tests in editors run on Linux x86_64 only. They are not run. The extension's other tests run anywhere: npm test"
  exit
fi

fail() { echo "tests/editors: $*" >&2; exit 1; }

bash "$root/.ci/system"

# A folder's own package-lock.json is newer than what was installed from it, or nothing was installed.
stale() { [ ! -e "$1/node_modules/.package-lock.json" ] || [ "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]; }

if stale .; then npm ci --ignore-scripts --silent; fi
server=node_modules/code-server/lib/vscode
[ -d "$server/node_modules/vscode-textmate" ] || (cd "$server" && npm install --omit=dev --ignore-scripts --no-audit --no-fund --silent)

jupyter=$root/.venvs/jupyterlab
if [ ! -e "$jupyter/.installed" ] || [ jupyterlab/requirements.txt -nt "$jupyter/.installed" ] || [ "$root/pyproject.toml" -nt "$jupyter/.installed" ]; then
    "$root/.venv/bin/python" -m venv "$jupyter"
    "$jupyter/bin/python" -m pip install --quiet --disable-pip-version-check --requirement jupyterlab/requirements.txt --editable "$root"
    touch "$jupyter/.installed"
fi

[ "${1-}" != installs ] || exit 0

[ -e "$root/.venvs/zenml/.installed" ] || fail "ZenML is not installed. Run: make .venvs/zenml/.installed"
if stale "$root"; then (cd "$root" && npm ci --silent); fi
vsix=$(find "$root/vscode-extension" -maxdepth 1 -name 'pipesight-*.vsix' | head -1)
sources=("$root"/server/pipesight "$root"/vscode-extension/{src,webview,media,scripts,package.json,README.md} "$root/package-lock.json")
if [ -z "$vsix" ] || [ -n "$(find "${sources[@]}" -newer "$vsix" -type f -not -name '*.pyc' -print -quit)" ]; then
    rm -f "$root"/vscode-extension/pipesight-*.vsix
    (cd "$root" && npm run --silent package)
fi
