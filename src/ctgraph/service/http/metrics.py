"""What the service counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What the front counts."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

        disable_created_metrics()  # type: ignore[no-untyped-call]
        here = self._registry = CollectorRegistry()
        self._requests = Counter(
            "ctgraph_requests", "Requests answered.", ("route", "method", "status"), registry=here
        )
        self._outcomes = Counter(
            "ctgraph_outcomes", "Requests by how they ended.", ("outcome",), registry=here
        )
        self._events = Counter(
            "ctgraph_worker_events", "What became of workers.", ("event",), registry=here
        )
        self._bytes = Counter("ctgraph_sent_bytes", "Bytes of bodies sent.", registry=here)
        self._seconds = Histogram(
            "ctgraph_request_seconds",
            "Time from the request to the end of the answer.",
            ("route",),
            buckets=_BOUNDS,
            registry=here,
        )

    def count_request(
        self, route: str, method: str, status: int, *, seconds: float, size: int, outcome: str
    ) -> None:
        """Count a request that was answered.

        Args:
            route: The path of its route, with placeholders, never what a client wrote.
            method: Its method, if it is one that is known.
            status: The HTTP status.
            seconds: How long it took.
            size: Bytes of the body.
            outcome: One word.
        """
        self._requests.labels(route, method, status).inc()
        self._outcomes.labels(outcome).inc()
        self._bytes.inc(size)
        self._seconds.labels(route).observe(seconds)

    def count_event(self, what: str) -> None:
        """Count an event of the pool.

        Args:
            what: Which, in a word.
        """
        self._events.labels(what).inc()

    def events(self, what: str) -> int:
        """Return how often an event of the pool came.

        Args:
            what: Which, in a word.
        """
        sample = self._registry.get_sample_value
        return int(sample("ctgraph_worker_events_total", {"event": what}) or 0)

    def watch(self, name: str, said: str, read: Callable[[], Mapping[str, float]]) -> None:
        """Have values read whenever Prometheus asks.

        Args:
            name: Their name; what ends in ``_total`` only grows.
            said: What they are.
            read: Gives the value of each kind of places, or one with the key "" for all.
        """
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily

        class Reader:
            def collect(self) -> list[CounterMetricFamily | GaugeMetricFamily]:
                values = read()
                family = kind(name, said, labels=() if "" in values else ("pool",))
                for label, value in values.items():
                    family.add_metric((label,) if label else (), value)
                return [family]

        self._registry.register(Reader())

    def write(self) -> tuple[bytes, str]:
        """Return the page that Prometheus reads, and its media type."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return generate_latest(self._registry), CONTENT_TYPE_LATEST
