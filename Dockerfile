# docker build -t incubator-assistant . && docker run -p 8080:8080 -v assistant:/data incubator-assistant
FROM python:3.13-slim AS packages
WORKDIR /build
COPY requirements.lock .
# The part of the lock above its development mark is what runs.
RUN python -m venv /venv \
 && sed '/^# development$/,$d' requirements.lock > runtime.lock \
 && /venv/bin/pip install --no-cache-dir --require-hashes -r runtime.lock

FROM python:3.13-slim
RUN useradd --create-home --uid 1000 assistant && install -d -o assistant /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY bot bot
COPY actions actions
COPY dialogues dialogues
COPY storage storage
USER assistant
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/data HOST=0.0.0.0 PORT=8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
