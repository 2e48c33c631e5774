"""Networks in a notebook, and the notebook of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from IPython.core.interactiveshell import InteractiveShell

import ctgraph

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"


@pytest.fixture
def shell() -> Iterator[Any]:
    made = InteractiveShell.instance(history_manager=None)
    yield made
    InteractiveShell.clear_instance()


def test_a_network_shows_itself_as_a_figure(shell: Any) -> None:
    network = ctgraph.open().network(actor="GIFCT", lang="ja")
    data, _ = shell.display_formatter.format(network)
    assert data["image/svg+xml"].startswith("<?xml")
    assert "Graph" in data["text/plain"]
    ours = ctgraph.open().network(view="funding")
    assert "image/svg+xml" in shell.display_formatter.format(ours)[0]


def test_networks_of_others_stay_text(shell: Any) -> None:
    empty = ctgraph.open().network(actor="GIFCT", year="2021")
    for network in (nx.path_graph(3), empty):
        assert set(shell.display_formatter.format(network)[0]) == {"text/plain"}


def test_without_a_notebook_nothing_is_told_to_anyone() -> None:
    assert nx.is_connected(ctgraph.open().network())


@pytest.mark.usefixtures("bundled_project")
def test_the_notebook_of_the_documentation_runs() -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    assert all(not cell.get("outputs") for cell in notebook.cells)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    kinds = [
        set(output.get("data", {}))
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]
    assert sum("text/html" in found for found in kinds) >= 6
    assert sum("image/svg+xml" in found for found in kinds) == 1
