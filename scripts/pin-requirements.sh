#!/usr/bin/env bash
# Pins every dependency of pyproject.toml, with hashes, for all platforms:
#   requirements/runtime.txt      what the program needs, with the embedded PostgreSQL and the build backend
#   requirements/image.txt        the part of it that the image holds
#   requirements/build.txt        the part of it that builds the program
#   requirements/development.txt  the same versions, and the tools of the tests and checks
#
# Usage: scripts/pin-requirements.sh [--upgrade | --upgrade-package NAME]
# Without options, pins that still satisfy pyproject.toml stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=.cache/pin
if ! [ -x "$tool/bin/uv" ]; then
  "${PYTHON:-python3}" -m venv "$tool"
  "$tool/bin/python" -m pip install --quiet --require-hashes --only-binary :all: -r requirements/pin.txt
fi

pin() {
  # No header and no annotations: they would name the machine's paths and registry.
  "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@" >/dev/null
}

pin pyproject.toml --extra postgres --group build --output-file requirements/runtime.txt "$@"
pin pyproject.toml --extra postgres --constraint requirements/runtime.txt --output-file requirements/image.txt "$@"
pin --group build --constraint requirements/runtime.txt --output-file requirements/build.txt "$@"
pin pyproject.toml --extra postgres --group dev --constraint requirements/runtime.txt \
  --output-file requirements/development.txt "$@"

# The tool that pins is pinned too.
echo uv | pin - --output-file requirements/pin.txt "$@"
