"""A share of the connections for each address; granian bounds only how many there are in all.

Connections are descriptors of this process, so they are counted and closed as such. As long as
there are enough for everybody, nobody is counted.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from collections import defaultdict
from collections.abc import Callable, Collection

SCARCE = 0.5
"""Which part of all must be open before shares count."""

SHARE = 0.25
"""Which part of all one address may then hold."""

_DESCRIPTORS = "/dev/fd"  # where Linux and macOS list those of a process

Peer = tuple[str, int]
"""Address and port of a client."""


def close_surplus(
    port: int, most: int, busy: Collection[Peer], is_exempt: Callable[[str], bool]
) -> int:
    """Close what an address holds beyond its share, if connections are scarce; gives how many.

    Those on which a question is being answered are kept the longest.

    Args:
        port: Where the service listens.
        most: How many connections are open at most.
        busy: The clients whose questions are being answered.
        is_exempt: Whether an address may hold any number, as a proxy does.
    """
    try:
        descriptors = [int(name) for name in os.listdir(_DESCRIPTORS)]  # noqa: PTH208
    except OSError:  # a system that does not list them
        return 0
    if len(descriptors) < SCARCE * most:
        return 0
    held: dict[str, list[tuple[bool, int, Peer]]] = defaultdict(list)
    for descriptor in descriptors:
        peer = _peer_of(descriptor, port)
        if peer is not None:
            held[peer[0]].append((peer not in busy, descriptor, peer))
    if sum(map(len, held.values())) < SCARCE * most:
        return 0
    closed = 0
    for address, found in held.items():
        if len(found) > SHARE * most and not is_exempt(address):
            for _, descriptor, peer in sorted(found)[int(SHARE * most) :]:
                closed += _peer_of(descriptor, port, end=peer) == peer
    return closed


def _peer_of(descriptor: int, port: int, end: Peer | None = None) -> Peer | None:
    """Return the client of a connection to a port; None if the descriptor is something else.

    Args:
        descriptor: Any descriptor, which may be closed or opened anew at this moment.
        port: The port.
        end: The client whose connection is to be ended.
    """
    with contextlib.suppress(OSError):
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return None
        with socket.socket(fileno=os.dup(descriptor)) as one:
            if one.family != socket.AF_UNIX and one.getsockname()[1] == port:
                peer: Peer = one.getpeername()[:2]  # what only listens has none
                if peer == end:
                    one.shutdown(socket.SHUT_RDWR)
                return peer
    return None
