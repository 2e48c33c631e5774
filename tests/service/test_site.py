"""The static site: every link leads somewhere, nothing needs a server, the same bytes each time."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner
from pagetools import Markup, dangers, unpack, write_hostile

from ctgraph.cli.app import cli
from ctgraph.errors import CtgraphError, UnknownName, UsageError
from ctgraph.service import site, sitemap
from ctgraph.service.site import MARK, write_site
from ctgraph.store.store import Store, open_store
from ctgraph.terms import CT, CTD, CTV

ROOT = Path(__file__).parents[2]


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory, mini: Path) -> Path:
    """The site of the small graph, with things that have hostile names in it."""
    folder = tmp_path_factory.mktemp("site") / "public"
    hostile = write_hostile(tmp_path_factory.mktemp("hostile"))
    with open_store(mini, files=[hostile]) as store:
        write_site(store, folder)
        write_site(store, folder.with_name("full"), full=True)
    return folder


def read_markups(folder: Path) -> dict[str, Markup]:
    """The pages of a site by file; the offline pages of networks have tests of their own."""
    return {
        name: Markup(body.decode())
        for name, body in files_of(folder).items()
        if name.endswith(".html") and "networks/" not in name
    }


@pytest.fixture(scope="module")
def markups(small_site: Path) -> dict[str, Markup]:
    return read_markups(small_site)


@pytest.mark.parametrize("kind", ["small", "full"])
def test_every_link_leads_to_a_file_and_every_anchor_is_there(small_site: Path, kind: str) -> None:
    small_site = small_site if kind == "small" else small_site.with_name("full")
    markups = read_markups(small_site)
    assert len(markups) > 60
    files = files_of(small_site)
    for name, markup in markups.items():
        assert ("a", "") not in markup.links, name
        for tag, address in markup.links:
            parts = urlsplit(address)
            if parts.scheme:
                assert parts.scheme in ("http", "https"), (name, address)
                continue
            assert not parts.query, (name, address)
            assert not parts.path.startswith("/"), (name, address)
            target = (small_site / name).parent / unquote(parts.path) if parts.path else None
            found = target.resolve().relative_to(small_site).as_posix() if target else name
            assert found in files, (name, tag, address)
            if parts.fragment and found in markups and not parts.fragment.startswith("lang="):
                assert unquote(parts.fragment) in markups[found].anchors, (name, address)


def test_pages_hold_nothing_that_was_not_ours(markups: dict[str, Markup]) -> None:
    for name, markup in markups.items():
        assert dangers(markup) == [], name
        assert len(markup.anchors) == len(set(markup.anchors)), name
        forms = [values for tag, values in markup.elements if tag == "form"]
        assert {form["role"] for form in forms} == {"search"}, name


def test_a_whole_site_has_a_page_of_everything_in_both_languages(
    small_site: Path, mini_store: Store
) -> None:
    files = files_of(small_site.with_name("full"))
    for iri in mini_store.known_terms():
        if iri.startswith(CT) or iri in (CTD, CTV):
            continue
        kind = "id" if iri.startswith(CTD) else "concept"
        name = f"{kind}/{iri.rpartition('/')[2]}"
        assert {f"{name}.html", f"ja/{name}.html", f"{name}.ttl", f"{name}.trig"} <= files.keys()
    english = {
        name
        for name in files
        if name.endswith(".html") and not name.startswith(("ja/", "networks/"))
    }
    assert {f"ja/{name}" for name in english} <= files.keys()
    assert "ask/activities.csv" in files
    assert "ja/ask/activities.xlsx" in files
    assert "networks/everything.gexf" in files


def test_a_site_tells_claims_on_the_pages_of_their_sources(
    small_site: Path, markups: dict[str, Markup], mini_store: Store
) -> None:
    files = files_of(small_site)
    rows = list(mini_store.select("SELECT ?c ?q { ?c a ct:Claim ; ct:quote ?q }"))
    assert len(rows) == 5
    for row in rows:
        local = row["c"].value.rpartition("/")[2]
        assert f"id/{local}.html" not in files
        told = [name for name, one in markups.items() if local in one.anchors]
        assert {name.partition("/")[0] for name in told} == {"source", "ja"}, local
        assert row["q"].value in " ".join(markups[told[0]].text.split()), local
    links = {address.partition("#")[0] for _, address in markups["id/unodc.html"].links}
    assert "../source/mini-source.html" in links
    # What is in fewer files is there in one of them.
    assert {"downloads/ctgraph.ttl.gz", "downloads/ctgraph.trig.gz"} <= files.keys()
    assert gzip.decompress(files["downloads/ctgraph.trig.gz"]).count(b"ct:Claim") > 5
    assert not [name for name in files if name.startswith("id/") and not name.endswith(".html")]
    assert len(files) < len(files_of(small_site.with_name("full"))) / 3


def test_networks_share_their_scripts_and_language(small_site: Path) -> None:
    files = files_of(small_site)
    shared = sorted(name for name in files if name.startswith("static/network-"))
    assert shared
    text = files["networks/activities.html"].decode()
    assert "ja/networks/activities.html" not in files
    assert re.findall(r'<script src="\.\./(static/network-[0-9a-f]+\.js)">', text)
    assert set(re.findall(r'src="\.\./([^"]+)"', text)) <= set(shared)
    assert set(re.findall(r'rel="stylesheet" href="\.\./([^"]+)"', text)) <= set(shared)
    assert "<style" not in text
    assert "script-src 'self' file:; style-src 'self' file:" in unescape(text)
    letters = files["static/network-letters.css"].decode()
    assert letters.startswith("@font-face{font-family:'ctgraph-sans'")
    gallery = Markup(files["ja/networks.html"].decode())
    assert ("a", "../networks/activities.html#lang=ja") in gallery.links


def test_nothing_is_told_twice(small_site: Path) -> None:
    files = files_of(small_site)
    large = [body for body in files.values() if len(body) > 400]
    assert len(large) == len(set(large))
    quoting = 0
    for name, body in files.items():
        # The page of a source has each of its claims with the words of its own.
        if name.endswith(".html") and not re.search(r"\b(networks|source)/", name):
            quotes = re.findall(r"<q\b[^>]*>(.*?)</q>", body.decode(), re.DOTALL)
            quoting += bool(quotes)
            assert len(quotes) == len(set(quotes)), name
    assert quoting > 10


def test_what_stands_on_every_page_is_little(small_site: Path) -> None:
    for folder in (small_site / "id", small_site / "ja" / "concept"):
        sizes = sorted(path.stat().st_size for path in folder.glob("*.html"))
        assert sizes[0] < 3500, folder
        assert sizes[len(sizes) // 2] < 7000, folder


def test_the_two_languages_differ_and_link_each_other(
    small_site: Path, markups: dict[str, Markup]
) -> None:
    english, japanese = markups["id/unodc.html"], markups["ja/id/unodc.html"]
    assert dict(english.elements[0][1])["lang"] == "en"
    assert dict(japanese.elements[0][1])["lang"] == "ja"
    assert ("a", "../ja/id/unodc.html") in english.links
    assert ("a", "../../id/unodc.html") in japanese.links


def test_the_index_of_the_search_holds_everything(small_site: Path) -> None:
    text = (small_site / "static/index.js").read_text("utf-8")
    match = re.fullmatch(r'window\.ctgraphIndex = "([A-Za-z0-9+/=]+)";\n', text)
    assert match is not None
    index = unpack(match[1])
    by_address = {entry[0]: entry for entry in index["things"]}
    _, names, kind, others, _, is_relation = by_address["id/unodc.html"]
    assert "UNODC" in (*names, *others)
    assert len(index["kinds"][kind]) == 2
    assert not is_relation
    assert any("研修" in text for entry in by_address.values() for text in entry[4])
    for address in by_address:
        for page in (small_site, small_site / "ja"):
            assert (page / address.partition("#")[0]).is_file(), address


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path, mini_store: Store, mini: Path) -> None:
    write_site(mini_store, tmp_path / "one")
    with open_store(mini) as again:
        write_site(again, tmp_path / "two")
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_no_two_files_differ_in_case_alone() -> None:
    with open_store(ROOT) as store:
        entries = sitemap.list_entries(store, full=True)
        names = {name for group in site._group(entries) for name, _, _ in group}
    assert len(names) > 10_000
    assert len({name.casefold() for name in names}) == len(names)


def test_what_xml_cannot_hold_stops_no_site(tmp_path: Path, mini: Path) -> None:
    text = (mini / "data" / "mini-source" / "efforts.trig").read_text("utf-8")
    (claim,) = re.findall(r"^ctd:mini-a02 \{.*?^\}", text, re.M | re.S)
    told = claim.replace("mini-a02", "mini-f01")
    told = told.replace("a ct:Claim ;", 'a ct:Claim ; skos:note "a\\f"@en ;', 1)
    more = tmp_path / "more.trig"
    more.write_text("".join(re.findall(r"^@prefix.*\n", text, re.M)) + told, encoding="utf-8")
    with open_store(mini, files=[more]) as store:
        write_site(store, tmp_path / "site", full=True)
    names = files_of(tmp_path / "site")
    written = {name for name in names if name.startswith("id/") and name.endswith(".rdf")}
    assert {"id/mini-f01.ttl", "id/mini-f01.html"} <= set(names)
    assert "id/mini-f01.rdf" not in written
    assert written


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the home page is written, which is enough to see what becomes of the folder."""
    whole = sitemap.list_entries

    def first(store: Store, *, full: bool) -> Iterator[sitemap.Entry]:
        yield next(whole(store, full=full))

    monkeypatch.setattr(site, "list_entries", first)


@pytest.mark.usefixtures("_few")
def test_a_foreign_folder_is_not_overwritten(tmp_path: Path, mini_store: Store) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    write_site(mini_store, folder)  # an empty one may be filled
    assert (folder / "index.html").is_file()
    (folder / "stale.html").write_text("old")
    write_site(mini_store, folder)  # and a site may be written anew
    assert not (folder / "stale.html").exists()
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("precious")
    with pytest.raises(UsageError, match="other files"):
        write_site(mini_store, other)
    assert files_of(other) == {"thesis.txt": b"precious"}
    write_site(mini_store, other, force=True)
    assert MARK in files_of(other)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "public"]


@pytest.mark.usefixtures("_few")
def test_what_is_no_folder_or_has_no_parent(tmp_path: Path, mini_store: Store) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(UsageError, match="no folder"):
        write_site(mini_store, file, force=True)
    with pytest.raises(UsageError, match="does not exist"):
        write_site(mini_store, tmp_path / "a" / "b")
    assert file.read_text() == "x"


@pytest.mark.usefixtures("_few")
def test_a_failure_leaves_the_old_site(
    tmp_path: Path, mini_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "public"
    write_site(mini_store, folder)
    before = files_of(folder)

    def fail(store: Store, *, full: bool) -> Iterator[sitemap.Entry]:
        raise UsageError("broken")
        yield

    monkeypatch.setattr(site, "list_entries", fail)
    with pytest.raises(UsageError, match="broken"):
        write_site(mini_store, folder)
    assert files_of(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["public"]


@pytest.mark.usefixtures("_few")
def test_progress_counts_to_the_end(tmp_path: Path, mini_store: Store) -> None:
    seen: list[tuple[int, int]] = []
    write_site(mini_store, tmp_path / "public", progress=lambda *at: seen.append(at))
    assert seen[0][0] == 0
    assert seen[-1] == (2, 2)


def test_one_process_writes_what_several_write(
    tmp_path: Path, mini_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def some(store: Store, *, full: bool) -> Iterator[sitemap.Entry]:
        entries = [one for one in site_entries(store, full=full) if "networks" not in one.path]
        yield from entries[::5]

    site_entries = sitemap.list_entries
    monkeypatch.setattr(site, "list_entries", some)
    for cores in (1, 3):
        monkeypatch.setattr(site, "_count_cores", lambda cores=cores: cores)
        write_site(mini_store, tmp_path / str(cores))
    assert len(files_of(tmp_path / "1")) > 20
    assert files_of(tmp_path / "1") == files_of(tmp_path / "3")


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.usefixtures("_few")
def test_what_stops_it_leaves_the_old_site_and_nothing_else(
    tmp_path: Path, mini_store: Store, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr(site, "_count_cores", lambda: cores)
    write_site(mini_store, tmp_path / "public")
    before = files_of(tmp_path / "public")

    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    def refuse(*_: object) -> None:
        raise UnknownName("thing", "x", ["y"])  # of a kind that does not travel by itself

    with pytest.raises(KeyboardInterrupt):
        write_site(mini_store, tmp_path / "public", progress=interrupt)
    monkeypatch.setattr(site, "_answer", refuse)
    with pytest.raises(CtgraphError, match="thing"):
        write_site(mini_store, tmp_path / "public")
    assert files_of(tmp_path / "public") == before
    assert [path.name for path in tmp_path.iterdir()] == ["public"]


_LATE = """
import os, signal, sys, time
from pathlib import Path
from ctgraph.service import site
from ctgraph.service import site
from ctgraph.errors import StoreError
from ctgraph.store.store import open_store

begin, entries = site._begin, site.list_entries
mark = Path(sys.argv[2], "mark")

def begin_late():
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        time.sleep(1)  # the second process; meanwhile the first one fails
    begin()

def refuse(*_):
    raise StoreError("no page")

signal.signal(signal.SIGTERM, lambda *_: None)  # as a caller may have it
site._count_cores, site._begin, site._answer = lambda: 2, begin_late, refuse
site.list_entries = lambda store, full: iter(list(entries(store, full=full))[:3])
with open_store(Path(sys.argv[1])) as store:
    try:
        site.write_site(store, Path(sys.argv[2], "public"))
    except StoreError as error:
        print(error.message)
"""


def test_a_failure_does_not_wait_for_a_process_that_begins(tmp_path: Path, mini: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LATE, str(mini), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.endswith("no page\n"), done.stderr
    assert done.returncode == 0
    assert not (tmp_path / "public").exists()


@pytest.mark.usefixtures("_few")
def test_the_command(tmp_path: Path, mini: Path) -> None:
    folder = tmp_path / "public"
    arguments = ["site", str(folder), "--project", str(mini)]
    done = CliRunner().invoke(cli, arguments)
    assert (done.exit_code, done.stdout) == (0, "")
    assert re.search(r"public: \d+ files", done.stderr)
    (folder / MARK).unlink()
    refused = CliRunner().invoke(cli, arguments)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert CliRunner().invoke(cli, [*arguments, "--force", "-q"]).exit_code == 0
