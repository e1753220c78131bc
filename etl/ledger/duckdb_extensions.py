"""DuckDB's extensions for a ledger, and what they are told about the store of its files."""

import importlib
from pathlib import Path

import duckdb
from pydantic_settings import BaseSettings, SettingsConfigDict

# Extensions come from wheels that are installed by their hashes, as Python's own code does: DuckDB's look at each file's
# signature would add 0.15 s to every connection and prove no more. After `enable_external_access = false` none is loaded.
FROM_WHEELS = {
    "allow_unsigned_extensions": "true",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
HTTP_PATIENCE_S, HTTP_RETRIES = 10, 2


class AwsSettings(BaseSettings):
    """What the S3 store needs, from the variables that every S3 program reads."""

    model_config = SettingsConfigDict(env_prefix="AWS_", env_ignore_empty=True, frozen=True)

    access_key_id: str | None = None
    secret_access_key: str | None = None
    session_token: str | None = None
    region: str | None = None
    default_region: str | None = None
    endpoint_url: str | None = None
    endpoint_url_s3: str | None = None


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load the extension file inside its wheel, by its path: nothing is downloaded."""
    package = importlib.import_module(f"duckdb_extension_{name}")
    file = next(Path(package.__path__[0]).rglob("*.duckdb_extension"))
    connection.execute(f"LOAD '{quoted(str(file))}'")


def use_s3(connection: duckdb.DuckDBPyConnection) -> None:
    """Credentials and endpoint from the usual AWS variables; a store that stays silent is not waited for without end."""
    connection.execute(f"SET http_timeout = {HTTP_PATIENCE_S}; SET http_retries = {HTTP_RETRIES}")
    aws = AwsSettings()
    endpoint = aws.endpoint_url_s3 or aws.endpoint_url or ""
    options = {
        "KEY_ID": aws.access_key_id,
        "SECRET": aws.secret_access_key,
        "SESSION_TOKEN": aws.session_token,
        "REGION": aws.region or aws.default_region,
        "ENDPOINT": endpoint.partition("://")[2] or None,
        "URL_STYLE": "path" if endpoint else None,
    }
    given = ["TYPE s3"] + [f"{name} '{quoted(value)}'" for name, value in options.items() if value]
    if endpoint.startswith("http://"):
        given.append("USE_SSL false")
    connection.execute(f"CREATE SECRET s3 ({', '.join(given)})")


def quoted(text: str) -> str:
    """Text between single quotes in SQL."""
    return text.replace("'", "''")
