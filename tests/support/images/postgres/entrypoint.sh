#!/bin/sh
# Makes a database by POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB and POSTGRES_HOST_AUTH_METHOD, then becomes the
# server, with the arguments given.
set -eu

[ "${1:-}" = postgres ] && shift
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid postgres --regid postgres --clear-groups /bin/sh "$0" "$@"
fi

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
  echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
  exit 1
fi
password=$(mktemp)
printf '%s\n' "${POSTGRES_PASSWORD:-unused}" >"$password"
initdb --username="$user" --pwfile="$password" --auth-local=trust --auth-host=scram-sha-256 --no-sync >/dev/null
rm "$password"
echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
if [ "$database" != postgres ]; then
  # As the official image does, before anybody can connect from outside.
  echo "CREATE DATABASE \"$database\"" | postgres --single -j -D "$PGDATA" postgres >/dev/null
fi
exec postgres -c listen_addresses='*' -k /tmp "$@"
