# The archive lives in the volume /data; pages are read from /seeds on every start.
# Nothing is fetched at run time: the encoder's weights are a package, exported while building.
FROM python:3.11-slim

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ARG REQUIREMENTS=requirements.lock
ENV MALLOC_ARENA_MAX=2 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1 \
    ONRECORD_ARCHIVE=/data/archive ONRECORD_CACHE=/opt/onrecord/cache HF_HUB_OFFLINE=1

WORKDIR /opt/onrecord
COPY requirements.lock requirements-dev.lock torch.lock ./
RUN pip install --index-url "${TORCH_INDEX}" -r torch.lock \
 && pip install --no-deps --require-hashes -r "${REQUIREMENTS}"

COPY pyproject.toml README.md ./
COPY onrecord onrecord
COPY index index
COPY service service
COPY eval eval
COPY seeds /seeds
RUN pip install --no-deps . \
 && onrecord build --archive /tmp/warm /seeds && rm -r /tmp/warm \
 && useradd --system --home-dir /data --create-home onrecord

USER onrecord
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=60s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
CMD ["sh", "-c", "onrecord build --mirror /seeds && exec onrecord serve --host 0.0.0.0"]
