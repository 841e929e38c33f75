# The bot as an image: `docker build -t portalbot .`, and `--target demo` for the demo. docs/run/container.md
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
RUN python -m venv --without-pip /opt/portalbot
COPY requirements.txt ./
RUN pip --python /opt/portalbot install --require-hashes -r requirements.txt
COPY . ./
# The commit that `portalbot --version` says; it is unknown without.
ARG SOURCE_VERSION=
RUN pip wheel --no-deps --wheel-dir /wheels . \
    && pip --python /opt/portalbot install --no-deps /wheels/portalbot-*.whl \
    && /opt/portalbot/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/portalbot/lib

FROM build AS build-demo
RUN pip --python /opt/portalbot install --require-hashes -r requirements-demo.txt \
    && /opt/portalbot/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/portalbot/lib

FROM python:3.13-slim-bookworm AS base
# Nothing is written but to /data, which holds the database file where there is no PostgreSQL.
ENV PATH=/opt/portalbot/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LOG_FORMAT=json
RUN useradd --system --uid 10001 --no-create-home --home-dir /data portalbot \
    && install --directory --owner=portalbot --mode=0700 /data
WORKDIR /data
VOLUME /data
USER 10001
ENTRYPOINT ["portalbot"]

FROM base AS demo
COPY --from=build-demo /opt/portalbot /opt/portalbot
EXPOSE 4242
CMD ["demo", "--host", "0.0.0.0"]

FROM base AS portalbot
COPY --from=build /opt/portalbot /opt/portalbot
ENV PORT=3000
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
CMD ["serve"]
