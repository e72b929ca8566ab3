"""What this process counts and measures for Prometheus; what the store shows is read at the scrape.

No label names a person or a school: a label is a word of ours, a status or the code of a local authority.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call] # a series more for each, of which nothing here asks
REGISTRY = CollectorRegistry(auto_describe=True)
"""The metrics of this process."""

RUNS = Counter(
    "hwb_scheduled_runs", "Runs on schedule by this process.", ["status", "authority"], registry=REGISTRY
)
TICKS = Histogram(
    "hwb_tick_seconds",
    "How long the works at intervals took, each by its name.",
    ["work"],
    buckets=(0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
    registry=REGISTRY,
)
ACKS = Histogram(
    "hwb_ack_seconds",
    "From the arrival of a request of Slack's until its acknowledgement was out; Slack waits for 3 seconds.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5),
    registry=REGISTRY,
)
RECONNECTS = Counter(
    "hwb_slack_reconnects", "Connections to Slack that took the place of another.", registry=REGISTRY
)
FAILED_CONNECTIONS = Counter(
    "hwb_slack_failed_connections", "Attempts to connect to Slack again that failed.", registry=REGISTRY
)
