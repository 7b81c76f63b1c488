# The image that every platform runs, see docs/image.md. It builds with the classic builder and with BuildKit:
#   docker build --build-arg VERSION=… --build-arg REVISION=… -t schema-action .
#
# The base is named by a tag, so that a build gets its security updates. Who publishes an image passes the digest that
# was tested: --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:…
ARG PYTHON_IMAGE=python:3.13-slim


FROM ${PYTHON_IMAGE} AS build

WORKDIR /build
COPY requirements/build.txt requirements/image.txt requirements/
RUN python3 -m venv tools \
 && tools/bin/pip install --no-cache-dir --disable-pip-version-check --quiet \
      --require-hashes --only-binary :all: --requirement requirements/build.txt \
 && python3 -m venv --without-pip /opt/venv \
 && tools/bin/pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check --quiet \
      --require-hashes --only-binary :all: --requirement requirements/image.txt

COPY pyproject.toml README.md LICENSE ./
COPY core core
COPY adapters adapters
RUN tools/bin/pip wheel --no-cache-dir --disable-pip-version-check --quiet \
      --no-deps --no-build-isolation --wheel-dir wheel . \
 && tools/bin/pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check --quiet \
      --no-deps --no-index wheel/*.whl


FROM ${PYTHON_IMAGE}

# The major that the base's distribution has; another one needs a base whose package sources have it.
ARG POSTGRES_MAJOR=17

# Versions are the distribution's, with its security updates; it does not keep older ones.
# The server never compiles queries (jit=off), so LLVM, a third of everything, is taken out. The packages stay known, so
# that an image made from this one can install more. The slim base leaves out manual pages, but links to some.
# hadolint ignore=DL3008
RUN mkdir -p /etc/postgresql-common /usr/share/man/man1 /usr/share/man/man7 \
 && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
      ca-certificates docker-cli git libnss-wrapper "postgresql-${POSTGRES_MAJOR}" "postgresql-${POSTGRES_MAJOR}-pgvector" \
 && rm -rf /usr/lib/postgresql/*/lib/bitcode /usr/lib/postgresql/*/lib/llvmjit* \
      /usr/lib/*-linux-gnu/libLLVM* /usr/lib/*-linux-gnu/libz3.* \
      /usr/share/doc/* /usr/share/i18n /usr/share/locale/* /usr/share/man/* /usr/share/postgresql/*/man \
      /var/cache/* /var/lib/apt/lists/* /var/log/* \
 && python3 -m compileall -q -x '/(site|dist)-packages/' "$(python3 -c 'import os; print(os.path.dirname(os.__file__))')"

COPY --from=build /opt/venv /opt/venv

# Any user may read the cache; what a run writes goes to a directory of its own.
ENV PATH=/opt/venv/bin:$PATH \
    SCHEMA_ACTION_CACHE=/opt/schema-action \
    SCHEMA_ACTION_POSTGRES_BIN=/usr/lib/postgresql/${POSTGRES_MAJOR}/bin \
    GIT_CONFIG_COUNT=1 \
    GIT_CONFIG_KEY_0=safe.directory \
    GIT_CONFIG_VALUE_0=*

# The first start of a server makes the template of its data directory.
RUN for major in "${POSTGRES_MAJOR}" 18; do \
      python -I -c "from schema_core.devdb.development_database import development_database; \
        development_database('embedded://postgres/$major', notify=print).__enter__().server" || exit 1; \
    done \
 && chmod -R a+rX "$SCHEMA_ACTION_CACHE" \
 && rm -rf /tmp/* /dev/shm/*

WORKDIR /workspace
ENTRYPOINT ["/opt/venv/bin/python", "-I", "-m", "schema_ci"]

ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.title="schema-action" \
      org.opencontainers.image.description="Database schema CI: every migration is run on a throwaway database, and the report says what was seen." \
      org.opencontainers.image.source="https://github.com/org/schema-action" \
      org.opencontainers.image.documentation="https://github.com/org/schema-action/blob/main/docs/image.md" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
