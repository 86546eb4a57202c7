# The worker of a mission, and the command line with it.
FROM python:3.11.15-slim-bookworm

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PYTHONUNBUFFERED=1

# What furlough keeps (evidence, family detail, spools) lies in one place, the only one it may write to.
RUN useradd --system --uid 10001 --home-dir /var/lib/furlough --create-home furlough

WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt

COPY . ./
RUN pip install --no-deps --no-build-isolation --no-index --editable . && python -m compileall -q .

# Health is asked from inside; metrics are for Prometheus, and Compose lets only this machine reach them.
ENV FURLOUGH_HOME=/var/lib/furlough FURLOUGH_HEALTH=127.0.0.1:8081 FURLOUGH_METRICS=0.0.0.0:9464 FURLOUGH_LOG=json

USER furlough

HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8081/health', timeout=3)"]

ENTRYPOINT ["furlough"]
CMD ["--help"]
