#!/usr/bin/env bash
# Makes .venv ready: the pinned requirements, verified by hash, and this checkout in editable form.
#
# Usage: scripts/environment.sh runtime|development
# Needs Python 3.11 to 3.14 with its venv module. PYTHON names the interpreter; without it the first fitting one is
# taken. A second call with unchanged requirements does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

# What a user's shell or pip configuration says about other environments must not reach this one.
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV PIP_TARGET PIP_PREFIX
export PIP_USER=no PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

wanted=${1:?usage: scripts/environment.sh runtime|development}
environment=.venv
stamp=$environment/schema-action.$wanted

fail() {
  printf 'Error: %s\n' "$1" >&2
  exit 2
}

fits() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1
}

find_python() {
  local candidate
  if [ -n "${PYTHON:-}" ]; then
    fits "$PYTHON" || fail "PYTHON=$PYTHON is not Python 3.11, 3.12, 3.13 or 3.14; name one that is."
    printf '%s\n' "$PYTHON"
    return
  fi
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if fits "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  fail "Python 3.11, 3.12, 3.13 or 3.14 is needed and none was found; install one, or name it: make PYTHON=/path/to/python3.13"
}

state() {
  cat "requirements/$1.txt" pyproject.toml scripts/environment.sh | cksum
  pwd
}

works() {
  [ -x "$environment/bin/python" ] && "$environment/bin/python" -c 'import pip' >/dev/null 2>&1
}

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(state "$wanted")" ] && works; then
  exit 0
fi

if ! works; then
  python=$(find_python)
  "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
    fail "$python cannot make virtual environments; install its venv module (on Debian and Ubuntu: apt-get install python3-venv)."
  echo "Creating $environment with $("$python" --version)"
  "$python" -m venv --clear "$environment"
fi
rm -f "$environment"/schema-action.*
echo "Installing requirements/$wanted.txt"
"$environment/bin/python" -m pip install --quiet --require-hashes --only-binary :all: -r "requirements/$wanted.txt"
"$environment/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
state "$wanted" >"$stamp"
if [ "$wanted" = development ]; then
  # It holds everything that the runtime needs.
  state runtime >"$environment/schema-action.runtime"
fi
