#!/bin/bash
# pyoxigraph 0.5.13: RAND(), UUID(), STRUUID() and new blank nodes repeat in forked processes.
#
# The engine's random numbers have one state for each thread, and os.fork() copies it. Once the parent
# has drawn a single one, all children that it forks give the same "random" answers: the same UUID as
# a new identifier, the same sample, and BlankNode() the same label, so that graphs which children made
# run together when they are joined. multiprocessing (where it forks), gunicorn --preload and uWSGI
# fork like that. If the parent drew none, each child seeds its own and nothing repeats, so a short
# trial shows nothing; loading a file with blank nodes in the parent is enough to draw some.
#
# A child begins anew after it has drawn 64 KiB, e.g. 5,000 times BlankNode(), which takes a
# millisecond; a thread that the child starts has a state of its own from the beginning.
#
# Run without ctgraph, in a folder of its own; fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyoxigraph==0.5.13
"$folder/venv/bin/python" - <<'PYTHON'
import os
import threading
from collections.abc import Callable

import pyoxigraph as ox

QUERY = "SELECT (RAND() AS ?a) (UUID() AS ?b) (STRUUID() AS ?c) { }"
store = ox.Store()


def draw() -> str:
    (row,) = store.query(QUERY)
    return " ".join([*(term.value for term in row), ox.BlankNode().value])


def in_children(before: Callable[[], object] = lambda: None, *, threaded: bool = False) -> list[str]:
    said = []
    for _ in range(4):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            before()
            act = lambda: os.write(writing, draw().encode())  # noqa: E731
            if threaded:
                thread = threading.Thread(target=act)
                thread.start()
                thread.join()
            else:
                act()
            os._exit(0)
        os.close(writing)
        said.append(os.read(reading, 1000).decode())
        os.waitpid(child, 0)
    return said


untouched = in_children()
store.load(b"[] <http://a/p> 1 .", ox.RdfFormat.TURTLE)
repeated = in_children()
reseeded = in_children(lambda: [ox.BlankNode() for _ in range(5000)])
threaded = in_children(threaded=True)
for name in ("untouched", "repeated", "reseeded", "threaded"):
    print(f"{name:10} {len(set(globals()[name]))} different of 4")
assert len(set(untouched)) == 4
assert len(set(repeated)) == 1
assert len(set(reseeded)) == 4
assert len(set(threaded)) == 4
PYTHON
echo "seen as described"
