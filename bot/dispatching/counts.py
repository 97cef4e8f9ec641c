"""What the sender counts, by channel: codes only."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class Counts:
    """Sent, failed, tried again, doubtful; and how deep the lanes are."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = CollectorRegistry() if registry is None else registry
        self._ended = Counter(
            "hurentong_dispatches", "Messages ended, by channel and outcome", ["channel", "outcome"], registry=registry
        )
        self._retried = Counter(
            "hurentong_dispatch_retries", "Messages to be tried again, by channel", ["channel"], registry=registry
        )
        self._doubtful = Counter(
            "hurentong_dispatches_doubtful",
            "Messages handed over without a word that they were taken, by channel: these may arrive twice",
            ["channel"],
            registry=registry,
        )
        self._depth = Gauge(
            "hurentong_dispatches_waiting", "Messages not sent yet, by channel", ["channel"], registry=registry
        )

    def sent(self, channel: str) -> None:
        """One was taken."""
        self._ended.labels(channel, "sent").inc()

    def failed(self, channel: str) -> None:
        """One was given up."""
        self._ended.labels(channel, "failed").inc()

    def retried(self, channel: str) -> None:
        """One is tried again."""
        self._retried.labels(channel).inc()

    def doubtful(self, channel: str) -> None:
        """One may have been taken without our hearing of it."""
        self._doubtful.labels(channel).inc()

    def depth(self, channel: str, messages: int) -> None:
        """How many wait now."""
        self._depth.labels(channel).set(messages)
