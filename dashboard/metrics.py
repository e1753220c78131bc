"""What is counted while the app is up, in Prometheus' terms. No label holds what people ask: routes and pages only."""

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # memory, processor time, open files

REQUESTS = Counter(
    "ledger_http_requests", "Requests answered, by route and status.", ["method", "route", "status"], registry=REGISTRY
)
REQUEST_SECONDS = Histogram(
    "ledger_http_request_duration_seconds", "Time to the end of an answer.", ["route"], registry=REGISTRY
)
RERUN_SECONDS = Histogram(
    "ledger_page_rerun_duration_seconds", "Time of a run of a page's script.", ["page"], registry=REGISTRY
)
ANSWERS = Counter(
    "ledger_endpoint_answers", "Answers of data, share and file endpoints, by origin.", ["cache"], registry=REGISTRY
)
"""`cache`: hit (given from memory) or miss (made)."""
