"""Numbers for the operator (`GET /metrics`). Counts and durations only: no label names a person, page or text."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import generate_latest

disable_created_metrics()  # type: ignore[no-untyped-call] # the library annotates it not
SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """One registry for one service."""

    def __init__(self, waiting: Callable[[], float]) -> None:
        registry = self.registry = CollectorRegistry()
        self.turns = Counter("hurentong_turns", "Turns answered, by kind", ["kind"], registry=registry)
        self.refused = Counter("hurentong_refused", "Requests refused, by status", ["status"], registry=registry)
        self.faults = Counter("hurentong_faults", "Requests that failed by our fault", registry=registry)
        self.files = Counter("hurentong_files", "Files looked at, by outcome code", ["outcome"], registry=registry)
        self.readings = Counter(
            "hurentong_readings", "Pictures read, by purpose and outcome", ["purpose", "outcome"], registry=registry
        )
        self.turn_seconds = Histogram(
            "hurentong_turn_seconds", "From request to durable answer", buckets=SECONDS, registry=registry
        )
        self.listeners = Gauge("hurentong_listeners", "Open event streams", registry=registry)
        queue = Gauge("hurentong_writes_waiting", "Jobs waiting for the writer", registry=registry)
        queue.set_function(waiting)
        self.text_turns = self.turns.labels("text")
        self.choice_turns = self.turns.labels("choice")
        self.file_turns = self.turns.labels("files")

    def exposition(self) -> bytes:
        """The text Prometheus reads."""
        return generate_latest(self.registry)
