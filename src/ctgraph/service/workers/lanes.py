"""Lanes: questions that take about as long as each other, and those that wait for a place."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator

from ctgraph.service.workers.processes import Job


class Lane:
    """Questions that take about as long as each other.

    Args:
        name: Its name in the metrics.
        places: How many are worked on at once.
        seconds: How long one may take before it goes to the next lane.
        nice: How far its processes yield to others, from 0 to 19.
    """

    def __init__(self, name: str, places: int, seconds: float, nice: int) -> None:
        self.name = name
        self.places = places
        self.seconds = seconds
        self.nice = nice
        self.busy = 0
        self.queue = Queue()

    @property
    def is_free(self) -> bool:
        """Whether somebody who comes now has a place at once."""
        return self.busy < self.places and not self.queue


class Queue:
    """Jobs that wait; the clients take turns."""

    def __init__(self) -> None:
        self._by_client: OrderedDict[str, deque[Job]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Job]:
        for jobs in list(self._by_client.values()):
            yield from list(jobs)

    def add(self, job: Job) -> None:
        """Put a job at the end of its client's jobs."""
        self._by_client.setdefault(job.client, deque()).append(job)
        self._size += 1

    def take(self) -> Job:
        """The next job: the first of the client who has waited longest for a turn."""
        client, jobs = self._by_client.popitem(last=False)
        job = jobs.popleft()
        if jobs:
            self._by_client[client] = jobs
        self._size -= 1
        return job

    def remove(self, job: Job) -> bool:
        """Whether the job was there and is no longer."""
        jobs = self._by_client.get(job.client)
        if jobs is None or job not in jobs:
            return False
        jobs.remove(job)
        if not jobs:
            del self._by_client[job.client]
        self._size -= 1
        return True
