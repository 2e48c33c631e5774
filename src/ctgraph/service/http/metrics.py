"""Counters of the query service in the text format of Prometheus.

The format is a few lines, and its usual library brings a registry, threads and locks that one
event loop does not need; so it is written here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What the front counts."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._outcomes: Counter[str] = Counter()
        self._events: Counter[str] = Counter()
        self._connections: Counter[str] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()
        self._bytes = 0

    def count_request(
        self, route: str, method: str, status: int, *, seconds: float, size: int, outcome: str
    ) -> None:
        """Count a request that was answered.

        Args:
            route: The path of its route, with placeholders, never what a client wrote.
            method: Its method.
            status: The HTTP status.
            seconds: How long it took.
            size: Bytes of the body.
            outcome: One word.
        """
        self._requests[route, method, status] += 1
        self._outcomes[outcome] += 1
        self._bytes += size
        buckets = self._buckets.get(route)
        if buckets is None:
            buckets = self._buckets[route] = [0] * (len(_BOUNDS) + 1)
        buckets[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds[route] += seconds  # type: ignore[assignment]

    def count_event(self, what: str) -> None:
        """Count an event of the pool.

        Args:
            what: Which, in a word.
        """
        self._events[what] += 1

    def count_connection(self, what: str) -> None:
        """Count something that became of a connection.

        Args:
            what: Which, in a word: opened, closed, or why it was ended before its time.
        """
        self._connections[what] += 1

    def write(self, gauges: Mapping[str, tuple[str, Iterable[tuple[str, float]]]]) -> str:
        """The page that Prometheus reads.

        Args:
            gauges: More values of this moment: by name, what they are, and for each set of labels
                (as they are written, ``lane="quick"``, or "") the value.
        """
        lines: list[str] = []
        _head(lines, "ctgraph_requests_total", "counter", "Requests answered.")
        for (route, method, status), count in sorted(self._requests.items()):
            labels = f'route="{route}",method="{method}",status="{status}"'
            lines.append(f"ctgraph_requests_total{{{labels}}} {count}")
        _head(lines, "ctgraph_outcomes_total", "counter", "Requests by how they ended.")
        for outcome, count in sorted(self._outcomes.items()):
            lines.append(f'ctgraph_outcomes_total{{outcome="{outcome}"}} {count}')
        _head(lines, "ctgraph_worker_events_total", "counter", "What became of worker processes.")
        for event, count in sorted(self._events.items()):
            lines.append(f'ctgraph_worker_events_total{{event="{event}"}} {count}')
        _head(lines, "ctgraph_connections_total", "counter", "What became of connections.")
        for event, count in sorted(self._connections.items()):
            lines.append(f'ctgraph_connections_total{{event="{event}"}} {count}')
        _head(lines, "ctgraph_sent_bytes_total", "counter", "Bytes of bodies sent.")
        lines.append(f"ctgraph_sent_bytes_total {self._bytes}")
        self._write_durations(lines)
        for name, (said, values) in gauges.items():
            kind = "counter" if name.endswith("_total") else "gauge"
            _head(lines, name, kind, said)
            for labels, value in values:
                braced = f"{{{labels}}}" if labels else ""
                lines.append(f"{name}{braced} {value:.15g}")
        return "\n".join(lines) + "\n"

    def _write_durations(self, lines: list[str]) -> None:
        name = "ctgraph_request_seconds"
        _head(lines, name, "histogram", "Time from the request to the end of the answer.")
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*map(str, _BOUNDS), "+Inf"), buckets, strict=True):
                total += count
                lines.append(f'{name}_bucket{{route="{route}",le="{bound}"}} {total}')
            lines.append(f'{name}_sum{{route="{route}"}} {self._seconds[route]:.6f}')
            lines.append(f'{name}_count{{route="{route}"}} {total}')


def _head(lines: list[str], name: str, kind: str, said: str) -> None:
    lines += [f"# HELP {name} {said}", f"# TYPE {name} {kind}"]
