"""Run inside a copy of the project that has a dataset and a reader more: what is found of them, as JSON."""

import json
import sys
from pathlib import Path

from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.ledger import ledger
from dashboard.sections import catalogue
from dashboard.web.routes import routes
from etl import publishers
from etl.__main__ import cli
from etl.publishers import Content


def verb(*arguments: str) -> str:
    done = CliRunner().invoke(cli, arguments)
    if done.exit_code:
        sys.exit(done.stderr or str(done.exception))
    return done.output


sample = Path("tests/readers/example_institute/military_effort.csv")
loaded = verb("load")
imported = verb("import", str(sample), "--message", "Another publisher", "--accept-warnings")
newest = ledger().newest()
snapshot = ledger().at(newest)
client = TestClient(Starlette(routes=routes()))
view = "/c/spending-trend?countries=CAN&publisher=NATO,EXAMPLE"
print(
    json.dumps(
        {
            "loaded": loaded,
            "imported": imported,
            "recognised": publishers.recognise(Content(sample.name, sample.read_bytes())),
            "bases": snapshot.sql("FROM bases ORDER BY base_id")["base_id"].tolist(),
            "listed": [dataset["name"] for dataset in client.get("/api/v1/datasets").json()["datasets"]],
            "data_page": catalogue.datasets(ledger(), newest).astype(str).to_csv(),
            "files": {
                form: client.get(f"/api/v1/datasets/bases.{form}").content.hex() for form in ("csv", "json", "parquet")
            },
            "source": snapshot.sql("FROM sources WHERE source_id = 'example-2026-09'").astype(str).to_dict("records"),
            "share_page": client.get(view).text,
            "table": client.get(view.replace("trend", "trend.csv")).text,
            "api": client.get("/api/v1/datasets/spending.json?publisher=EXAMPLE").json(),
        }
    )
)
