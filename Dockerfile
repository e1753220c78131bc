# syntax=docker/dockerfile:1
# The app, one process a port. Two steps: what needs pip, and what runs: no compiler, no pip cache, not root.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
# Every file by its hash; DuckDB's extensions are wheels among them, so nothing is fetched when the app runs.
COPY requirements.lock /
RUN --mount=type=cache,target=/root/.cache/pip pip install --require-hashes -r /requirements.lock
WORKDIR /app
COPY app.py README.md LICENSE ./
COPY .streamlit/config.toml .streamlit/config.toml
COPY etl etl
COPY policy policy
COPY dashboard dashboard
COPY pages pages
COPY seeds seeds
COPY deploy/serve deploy/serve
RUN python -m compileall -q . && LEDGER_CACHE_PATH=/cache python -m dashboard.web.middleware.copies

FROM python:3.11-slim-bookworm
# Chromium draws pictures and PDF; security fixes are wanted, so no version is pinned.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends chromium-headless-shell fonts-dejavu-core fonts-liberation tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /tmp --shell /usr/sbin/nologin ledger \
    && install -d -o ledger -g ledger -m 0700 /data /cache /cache/pictures
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY --from=build --chown=ledger:ledger /cache/static /cache/static
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    UVICORN_HOST=0.0.0.0 \
    UVICORN_PORT=8501 \
    LEDGER_CATALOG=sqlite:/data/catalog.sqlite \
    LEDGER_DATA_PATH=/data/parquet \
    LEDGER_CACHE_PATH=/cache
USER 10001
VOLUME ["/data"]
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"UVICORN_PORT\"]}/healthz', timeout=8)"]
# The first start publishes the reviewed figures; later ones find them there.
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["sh", "-c", "python -m etl load --if-empty && exec deploy/serve"]
