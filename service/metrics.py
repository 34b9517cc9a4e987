"""What is counted and timed while the service runs, for Prometheus.

Each application counts for itself. Labels are the service's own words, never what a client sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """The counters and clocks of one application. Safe to use from several threads."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._looks: list[tuple[list[Gauge], Callable[[], Sequence[float]]]] = []
        self._requests = Histogram(
            "onrecord_http_request_seconds",
            "Time to answer a request, by route and status.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "onrecord_stage_seconds",
            "Time that each stage of an answer takes.",
            ("stage",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "onrecord_answers",
            "Questions by outcome: answered, or the reason why not.",
            ("outcome",),
            registry=self._registry,
        )
        self._refused = Counter(
            "onrecord_overload_refusals",
            "Requests told to come back later because too many were waiting.",
            registry=self._registry,
        )

    def watch(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Report a number that is read anew for every scrape."""
        gauge = Gauge(f"onrecord_{name}", meaning, registry=self._registry)
        gauge.set_function(read)

    def watch_together(
        self, meanings: Mapping[str, str], read: Callable[[], Sequence[float]]
    ) -> None:
        """Report numbers that `look` reads, all at once."""
        gauges = [
            Gauge(f"onrecord_{name}", meaning, registry=self._registry)
            for name, meaning in meanings.items()
        ]
        self._looks.append((gauges, read))

    def look(self) -> None:
        """Read what takes time; not for the event loop, unlike `write`."""
        for gauges, read in self._looks:
            for gauge, number in zip(gauges, read(), strict=True):
                gauge.set(number)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note one request."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def count_stage(self, stage: str, seconds: float) -> None:
        """Note how long one stage of an answer took."""
        self._stages.labels(stage).observe(seconds)

    def count_answer(self, outcome: str) -> None:
        """Note one question's outcome."""
        self._answers.labels(outcome).inc()

    def count_refusal(self) -> None:
        """Note one request that was told to come back later."""
        self._refused.inc()

    def write(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)
