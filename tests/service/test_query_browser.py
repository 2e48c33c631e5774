"""The query page in a real browser, over a real server: every control, by mouse and by keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser import SIZES, Visit, open_browser, serious_findings, visit
from playwright.sync_api import Browser, Page, expect
from serving import running

expect.set_options(timeout=20_000)
SIZES.setdefault("tablet", (768, 1024))
EDITOR = "#editor-place .cm-content"

BOXES = """SELECT ?place ?label ?number ?day WHERE {
  VALUES (?place ?number ?day) {
    (ctd:jpn 10 "2023-04-01"^^xsd:date) (ctd:unodc 9 "2023-10-15"^^xsd:date)
    (ctd:g7 100 "2024-02-01"^^xsd:date)
  }
  ?place skos:prefLabel ?label FILTER(LANG(?label) = "en")
}"""
HOSTILE = """SELECT ?x ?y { VALUES (?x ?y) {
  ("<img src=x onerror=alert(1)>" <http://e/"><script>alert(1)</script>>) } }"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of `ctgraph serve` on a free port, with a slash at its end."""
    with running("--timeout", "20") as started:
        yield started.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@contextmanager
def opened(
    browser: Browser, server: str, query: str = "", *, lang: str = "en", size: str = "laptop",
    more: str = "", allow: tuple[str, ...] = (), **context: Any,
) -> Iterator[Page]:  # fmt: skip
    """The page, checked at the end: nothing foreign was asked for, nothing was complained of."""
    from urllib.parse import quote

    url = f"{server}query?lang={lang}{more}" + (f"&query={quote(query)}" if query else "")
    with visit(browser, url, size, "html.scripted", **context) as visited:
        yield visited.page
        check(visited, server, allow)


def check(visited: Visit, server: str, allow: tuple[str, ...]) -> None:
    assert visited.foreign(server) == []
    complaints = [one for one in visited.complaints if not any(part in one for part in allow)]
    assert complaints == []


def run(page: Page) -> None:
    page.click("#run")
    expect(page.locator("#answer-body > *").first).to_be_visible()


def editor_text(page: Page) -> str:
    return page.eval_on_selector_all(  # type: ignore[no-any-return]
        f"{EDITOR} .cm-line", "lines => lines.map(line => line.textContent).join('\\n')"
    )


def write(page: Page, text: str) -> None:
    page.click(EDITOR)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def cells(page: Page, column: int) -> list[str]:
    return page.locator(f"#answer-body tbody tr > td:nth-child({column})").all_inner_texts()


# --- looks and access ---


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("size", ["phone", "tablet", "laptop"])
def test_every_width_and_language_without_findings(
    browser: Browser, server: str, lang: str, size: str
) -> None:
    with opened(browser, server, BOXES, lang=lang, size=size) as page:
        run(page)
        page.locator("#answer-body button.evidence").first.click()
        expect(page.locator(".claim").first).to_be_visible()
        page.click("#examples summary")
        page.click("#history summary")
        assert serious_findings(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= SIZES[size][0]
        for view in ("chart", "timeline", "raw"):
            page.click(f"[data-view={view}]")
            expect(page.locator("#answer-body .drawing, #answer-body pre").first).to_be_visible()
            assert serious_findings(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_dark_colours_have_contrast(browser: Browser, server: str) -> None:
    with opened(browser, server, BOXES + " # x", color_scheme="dark") as page:
        run(page)
        assert serious_findings(page) == []


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_without_javascript_the_form_answers(browser: Browser, server: str, lang: str) -> None:
    url = f"{server}query?lang={lang}&example=partners"
    with visit(browser, url, java_script_enabled=False) as visited:
        page = visited.page
        assert "VALUES ?actor" in page.input_value("#query-text")
        assert not page.is_visible("#format")
        page.click("#run")
        expect(page.locator("table")).to_contain_text("日本" if lang == "ja" else "Japan")


# --- editor ---


def test_colours_and_a_text_that_can_be_left_by_keyboard(browser: Browser, server: str) -> None:
    with opened(browser, server, 'SELECT ?x { ?x a ct:State ; ct:n "x"@ja } # end') as page:
        colours = page.eval_on_selector_all(
            f"{EDITOR} .cm-line span", "all => new Set(all.map(one => one.className)).size"
        )
        assert colours >= 5
        page.click(EDITOR)
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        in_editor = "document.activeElement.closest('#editor-panel') !== null"
        assert not page.evaluate(in_editor)


@pytest.mark.parametrize(
    ("before", "typed", "option", "made"),
    [
        ("SELECT * { ?x a ", "stat", "ct:State", "?x a ct:State"),
        ("SELECT * { ?x a ", "会合", "ct:Meeting", "?x a ct:Meeting"),
        ("SELECT * { ?x ", "particip", "ct:participant", "?x ct:participant"),
        ("SELECT * { ?x a ct:Meeting ; ", "始期", "ct:startDate", "; ct:startDate"),
        ("SELECT * { ?x ct:participant ", "unodc", "ctd:unodc", "ct:participant ctd:unodc"),
        ("SELECT * { ?x ct:participant ", "国連薬物", "ctd:unodc", "ct:participant ctd:unodc"),
        ("SELECT * { ?person a ct:State . ", "?per", "?person", ". ?person"),
        ("SELECT * { ?x a ct:State . ", "opt", "OPTIONAL", ". OPTIONAL"),
        ("SELECT * { ?x ?p ?o FILTER(", "strst", "STRSTARTS", "FILTER(STRSTARTS"),
        ("PREFIX ", "sko", "skos: <http://www.w3.org/2004/02/skos/core#>", "PREFIX skos: <"),
    ],
)
def test_completion_fits_the_position(
    browser: Browser, server: str, before: str, typed: str, option: str, made: str
) -> None:
    with opened(browser, server) as page:
        write(page, before)
        page.keyboard.type(typed) if typed.isascii() else page.keyboard.insert_text(typed)
        page.keyboard.press("Control+Space")
        options = page.locator(".cm-tooltip-autocomplete li .cm-completionLabel")
        wanted = options.get_by_text(option, exact=True).first
        expect(wanted).to_be_visible()
        names = options.all_inner_texts()
        assert names.index(option) < 4, names
        # CodeMirror takes no click while it asks for the list again, as after the last letter.
        for _ in range(40):
            if wanted.is_visible():
                wanted.click()
            if made in editor_text(page):
                break
            page.wait_for_timeout(250)
        assert made in editor_text(page)


def test_positions_by_the_module_itself(browser: Browser, server: str) -> None:
    slots = {
        "": "start",
        "PREFIX ": "prefix",
        "SELECT ": "select",
        "SELECT * { ": "subject",
        "SELECT * { ?s ": "verb",
        "SELECT * { ?s ct:a/": "verb",
        "SELECT * { ?s ct:a|^": "verb",
        "SELECT * { ?s (ct:a/": "verb",
        "SELECT * { ?s (ct:a/ct:b)+ ": "object",
        "SELECT * { ?s ct:a* ": "object",
        "SELECT * { ?s a ": "class",
        "SELECT * { ?s a/rdfs:subClassOf* ": "class",
        "SELECT * { ?s a ct:X, ": "class",
        "SELECT * { ?s ct:a ": "object",
        "SELECT * { ?s ct:a ct:b, ": "object",
        "SELECT * { ?s ct:a ct:b ": "after",
        "SELECT * { ?s ct:a 'x'@en ; ": "verb",
        "SELECT * { ?s ct:a [ ": "verb",
        "SELECT * { ?s ct:a [ a ": "class",
        "SELECT * { ?s ct:a [ a ct:X ] ": "after",
        "SELECT * { ?s ct:a [ a ct:X ] . ": "subject",
        "SELECT * { ?s ct:a (1 2) ; ": "verb",
        "SELECT * { ?s ct:a ?o . FILTER(": "expression",
        "SELECT * { ?s ct:a ?o . FILTER(STR(?o) = ": "expression",
        "SELECT * { ?s ct:a ?o FILTER(?o > 1) ": "subject",
        "SELECT * { ?s ct:a ?o FILTER NOT EXISTS { ": "subject",
        "SELECT * { ?s ct:a ?o FILTER NOT EXISTS { ?o ": "verb",
        "SELECT * { BIND(1 AS ?x) ": "subject",
        "SELECT * { VALUES ?x { ": "values",
        "SELECT * { VALUES (?x ?y) { (1 ": "values",
        "SELECT * { VALUES ?x { 1 } ": "subject",
        "SELECT * { GRAPH ": "graph",
        "SELECT * { GRAPH ?g { ": "subject",
        "SELECT * { OPTIONAL { ?a ct:b ?c } ": "subject",
        "SELECT * { { SELECT ?x { ?x ": "verb",
        "SELECT * { ?s ct:a ?o } ": "modifier",
        "SELECT * { ?s ct:a ?o } ORDER BY ": "expression",
        "CONSTRUCT { ?s a ": "class",
        "SELECT * { ?s ct:a 'open ": "none",
        "SELECT * { # words ": "none",
    }
    with opened(browser, server) as page:
        found = page.evaluate(
            """async (texts) => {
              const { expectedAt } = await import("/static/editor.js");
              return texts.map((text) => expectedAt(text, text.length).slot);
            }""",
            list(slots),
        )
    assert dict(zip(slots, found, strict=True)) == slots


def test_properties_of_the_class_come_first(browser: Browser, server: str) -> None:
    with opened(browser, server) as page:
        write(page, "SELECT * { ?x a ct:Contribution ; ")
        page.keyboard.press("Control+Space")
        options = page.locator(".cm-tooltip-autocomplete li .cm-completionLabel")
        expect(options.filter(has_text="ct:amount").first).to_be_visible()
        assert "ct:amount" in options.all_inner_texts()[:25]


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Did you mean ct:State"), ("ja", "もしかして: ct:State")]
)
def test_squiggle_with_what_was_meant(browser: Browser, server: str, lang: str, said: str) -> None:
    with opened(browser, server, lang=lang) as page:
        write(page, "SELECT * { ?x a ct:Stat }")
        expect(page.locator("#problems li.warning")).to_contain_text(said)
        expect(page.locator(".cm-lintRange-warning")).to_have_text("ct:Stat")
        page.locator("#problems button", has_text="ct:State").first.click()
        assert editor_text(page) == "SELECT * { ?x a ct:State }"
        expect(page.locator("#problems")).to_be_hidden()


def test_syntax_error_is_marked_where_it_is(browser: Browser, server: str) -> None:
    with opened(browser, server, allow=("400",)) as page:
        write(page, "SELECT * {\n  ?x a '😀' ; }\nLIMIT x")
        expect(page.locator("#problems li.error")).to_contain_text("line 3, column 7")
        expect(page.locator(".cm-lintRange-error")).to_have_text("x")
        page.locator("#problems li.error button").first.click()
        page.keyboard.insert_text("5")
        assert editor_text(page).endswith("LIMIT 5")


def test_formatter_and_its_undo(browser: Browser, server: str) -> None:
    with opened(browser, server) as page:
        write(page, "select * {?s ?p ?o} # all\nlimit 1")
        page.click("#format")
        expect(page.locator(EDITOR)).to_contain_text("SELECT * {")
        assert editor_text(page) == "SELECT * {\n  ?s ?p ?o\n} # all\nLIMIT 1\n"
        page.click(EDITOR)
        page.keyboard.press("Control+z")
        assert editor_text(page).startswith("select * {?s")
        page.keyboard.press("Shift+Alt+f")
        expect(page.locator(EDITOR)).to_contain_text("SELECT * {")


# --- running ---


def test_control_enter_runs_and_labels_follow_the_choice(browser: Browser, server: str) -> None:
    with opened(browser, server, BOXES) as page:
        page.click(EDITOR)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#answer-status")).to_contain_text("3 rows ·")
        assert cells(page, 2) == ["Japan", "United Nations Office on Drugs and Crime", "G7"]
        page.select_option("#answer-names", "ja")
        assert cells(page, 2)[:2] == ["日本", "国連薬物・犯罪事務所"]
        page.select_option("#answer-names", "iri")
        assert cells(page, 2) == ["ctd:jpn", "ctd:unodc", "ctd:g7"]


def test_sorting_filter_and_what_the_filter_says(browser: Browser, server: str) -> None:
    with opened(browser, server, BOXES) as page:
        run(page)
        number = page.locator("thead button", has_text="number")
        number.click()
        assert cells(page, 4) == ["9", "10", "100"]
        number.press("Enter")
        assert cells(page, 4) == ["100", "10", "9"]
        header = page.locator("th[aria-sort]")
        expect(header).to_have_attribute("aria-sort", "descending")
        number.press("Enter")
        assert cells(page, 4) == ["10", "9", "100"]
        page.fill("#answer-filter", "drugs")
        expect(page.locator("#answer-body [role=status]").first).to_have_text("1 of 3 rows")
        assert cells(page, 4) == ["9"]


def test_thousands_of_rows_in_pages_and_a_part_that_says_so(browser: Browser, server: str) -> None:
    query = "SELECT * { ?s ?p ?o . ?t a ct:State } LIMIT 30000"
    with opened(browser, server, query) as page:
        run(page)
        expect(page.locator("#answer-status")).to_contain_text("10,000+ rows")
        expect(page.locator("#answer-body .notice")).to_contain_text("Only a part")
        assert page.locator("#answer-body tbody tr").count() == 100
        page.click(".pages button >> text=Last")
        expect(page.locator(".pages [role=status]")).to_have_text("Page 100 of 100")
        assert cells(page, 1)[-1] == "10,000"
        page.click(".pages button >> text=Previous")
        expect(page.locator(".pages [role=status]")).to_have_text("Page 99 of 100")
        page.click(".pages button >> text=First")
        assert cells(page, 1)[0] == "1"
        page.click(".pages button >> text=Next")
        assert cells(page, 1)[0] == "101"


@pytest.mark.parametrize(("lang", "kind"), [("en", "stated"), ("ja", "明示")])
def test_evidence_of_a_row_by_keyboard(browser: Browser, server: str, lang: str, kind: str) -> None:
    query = "SELECT ?who { ?p ct:participant ?who ; ct:activity ctd:roma-lyon-2023-03 }"
    with opened(browser, server, query, lang=lang) as page:
        run(page)
        button = page.locator("#answer-body tbody button.evidence").first
        button.press("Enter")
        expect(button).to_have_attribute("aria-expanded", "true")
        expect(page.locator(".claim blockquote").first).to_contain_text("ローマ・リヨン")
        expect(page.locator(".claim .tag").first).to_have_text(kind)
        button.press("Enter")
        expect(page.locator(".evidence-row")).to_have_count(0)


def test_evidence_of_a_triple_and_of_a_yes(browser: Browser, server: str) -> None:
    query = "CONSTRUCT { ?a ct:x ?b } { ?t ct:tieBetween ?a, ?b FILTER(?a != ?b) }"
    with opened(browser, server, query) as page:
        run(page)
        expect(page.locator("#answer-status")).to_contain_text("triples")
        page.locator("#answer-body tbody button.evidence").first.click()
        expect(page.locator(".claim").first).to_be_visible()
        expect(page.locator(".evidence-box h3", has_text="Derived by rules")).to_be_visible()
    with opened(browser, server, "ASK { ctd:jpn ct:participatesIn ctd:roma-lyon-2023-03 }") as page:
        run(page)
        expect(page.locator(".verdict")).to_have_text("Yes")
        page.click("#answer-body button.evidence")
        expect(page.locator(".claim").first).to_be_visible()


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "holds no ct:Stat. Did you mean"), ("ja", "ct:Stat はありません")]
)
def test_empty_answer_is_explained(browser: Browser, server: str, lang: str, said: str) -> None:
    with opened(browser, server, "SELECT * {\n  ?x a ct:Stat }", lang=lang) as page:
        run(page)
        expect(page.locator("#answer-body .notice")).to_contain_text(said)
        page.locator("#answer-body .notice button").first.click()
        page.keyboard.insert_text("!")
        assert "?x a !ct:Stat" in editor_text(page)


def test_errors_say_where(browser: Browser, server: str) -> None:
    with opened(browser, server, "SELECT * {\n ?x }", allow=("400",)) as page:
        run(page)
        alert = page.locator("#answer-body [role=alert]")
        expect(alert).to_contain_text("line 2, column 5")
        expect(alert.locator("button")).to_have_text("Go to line 2")


def test_cancel_stops_and_the_server_goes_on(browser: Browser, server: str) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with opened(browser, server, slow) as page:
        page.click("#run")
        expect(page.locator("#clock")).to_contain_text("s")
        page.click("#cancel")
        expect(page.locator("#answer-status")).to_have_text("Cancelled.")
        expect(page.locator("#cancel")).to_be_hidden()
        page.click("#examples summary")
        page.click("#examples-list a[data-name=partners]")
        expect(page.locator("#answer-status")).to_contain_text("row")


# --- drawings and data ---


def test_drawings_and_their_settings(browser: Browser, server: str) -> None:
    with opened(browser, server, BOXES) as page:
        run(page)
        page.click("[data-view=chart]")
        expect(page.locator(".drawing rect.bar")).to_have_count(3)
        page.locator(".answer-tools select", has_text="Line").select_option("line")
        expect(page.locator(".drawing path.curve")).to_have_count(1)
        page.click("[data-view=timeline]")
        expect(page.locator(".drawing rect.bar")).to_have_count(3)
        expect(page.locator(".drawing svg")).to_contain_text("Japan")
        assert "view=timeline" in page.url
    query = "SELECT ?a ?b { ?t ct:tieBetween ?a, ?b FILTER(STR(?a) < STR(?b)) }"
    with opened(browser, server, query, more="&view=network&run=1") as page:
        expect(page.locator(".drawing .node").nth(5)).to_be_visible()
        expect(page.locator(".drawing a[aria-label^='Japan:']")).to_be_visible()
        assert "/id/jpn.html" in str(page.get_attribute(".drawing a[aria-label^='Japan:']", "href"))


def test_raw_and_downloads(browser: Browser, server: str) -> None:
    with opened(browser, server, BOXES) as page:
        run(page)
        page.click("[data-view=raw]")
        expect(page.locator("pre.raw")).to_contain_text("bindings")
        assert len(json.loads(page.inner_text("pre.raw"))["results"]["bindings"]) == 3
        for name, start in (("CSV", "place,label,number"), ("TSV", "?place\t"), ("XML", "<?xml")):
            with page.expect_download() as waiting:
                page.click(f".downloads button >> text={name}")
            assert Path(waiting.value.path()).read_text("utf-8").startswith(start)
    with opened(browser, server, "CONSTRUCT WHERE { ctd:jpn skos:prefLabel ?l }") as page:
        run(page)
        with page.expect_download() as waiting:
            page.click(".downloads button >> text=Turtle")
        assert waiting.value.suggested_filename == "answer.ttl"
        assert '"Japan"@en' in Path(waiting.value.path()).read_text("utf-8")


def test_hostile_values_are_texts(browser: Browser, server: str) -> None:
    query = 'SELECT ?x ?y { VALUES (?x ?y) { ("<img src=x onerror=alert(1)>" <http://e/x%22>) } }'
    with opened(browser, server, query) as page:
        run(page)
        assert cells(page, 2) == ["<img src=x onerror=alert(1)>"]
        assert page.locator("#answer-body img").count() == 0
        page.locator("#answer-body button.evidence").first.click()
        expect(page.locator(".evidence-box p").first).to_be_visible()
    comment = "# </title><script>alert(1)</script>\nASK {}"
    with opened(browser, server, comment) as page:
        expect(page.locator("[role=tab]").first).to_contain_text("</title><script>")
        run(page)
        page.click("#history summary")
        expect(page.locator("#history-list button")).to_contain_text("<script>")


# --- tabs, history, examples, links ---


def test_tabs_keep_their_texts_over_a_reload(browser: Browser, server: str) -> None:
    with opened(browser, server, "# one\nASK {}") as page:
        page.click("#new-tab")
        tabs = page.locator("[role=tab]")
        expect(tabs).to_have_count(2)
        page.keyboard.insert_text("# two")
        tabs.nth(1).focus()
        page.keyboard.press("ArrowLeft")
        expect(tabs.nth(0)).to_have_attribute("aria-selected", "true")
        expect(tabs.nth(0)).to_be_focused()
        page.goto(f"{server}query?lang=en")
        page.wait_for_selector("html.scripted")
        expect(tabs).to_have_count(2)
        expect(tabs.nth(0)).to_have_text("one")
        page.click("#close-tab")
        expect(tabs).to_have_count(1)
        expect(page.locator("#close-tab")).to_be_hidden()


def test_history_opens_and_is_cleared(browser: Browser, server: str) -> None:
    with opened(browser, server, "ASK { ctd:jpn ?p ?o }") as page:
        run(page)
        page.click("#new-tab")
        page.click("#history summary")
        page.locator("#history-list button").first.click()
        expect(page.locator("[role=tab][aria-selected=true]")).to_have_text("Query 1")
        page.click("#history-clear")
        expect(page.locator("#history-empty")).to_be_visible()
        expect(page.locator("#history-list li")).to_have_count(0)


@pytest.mark.parametrize(("lang", "words"), [("en", "partners"), ("ja", "協力相手")])
def test_examples_are_found_and_run(browser: Browser, server: str, lang: str, words: str) -> None:
    with opened(browser, server, lang=lang) as page:
        page.click("#examples summary")
        page.fill("#examples-find", words)
        expect(page.locator("#examples-list li a[data-name=partners]")).to_be_visible()
        expect(page.locator("#examples-list li a[data-name=indicators]")).to_be_hidden()
        page.fill("#examples-find", "no such words")
        expect(page.locator("#examples-none")).to_be_visible()
        page.fill("#examples-find", words)
        page.click("#examples-list a[data-name=partners]")
        expect(page.locator("#answer-body table")).to_contain_text(
            "日本" if lang == "ja" else "Japan"
        )


def test_the_link_leads_back(browser: Browser, server: str) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    with opened(browser, server, "ASK { ctd:jpn a ct:State }", permissions=allowed) as page:
        page.click("#share")
        expect(page.locator("#said")).to_have_text("The link is copied.")
        link = page.evaluate("navigator.clipboard.readText()")
        page.goto(link)
        expect(page.locator(".verdict")).to_have_text("Yes")
    long = "ASK { VALUES ?x { " + "ctd:jpn " * 1000 + "} }"
    with opened(browser, server, "ASK {}") as page:
        page.evaluate("text => localStorage.clear() || (location.hash = text)", f"query={long}")
        page.reload()
        page.wait_for_selector("html.scripted")
        run(page)
        expect(page.locator(".verdict")).to_have_text("Yes")
        assert "#query=" in page.url


# --- without the editor ---


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_plain_field_has_the_same_functions(browser: Browser, server: str, lang: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    try:
        context.route("**/static/editor.js", lambda route: route.abort())
        page = context.new_page()
        page.goto(f"{server}query?lang={lang}")
        page.wait_for_selector("html.scripted")
        field = page.locator("#query-text")
        expect(field).to_be_visible()
        expect(page.locator("#query-keys")).to_contain_text(
            "読み込めませんでした" if lang == "ja" else "could not be loaded"
        )
        field.fill("select * {?x a ct:Stat}")
        expect(page.locator("#problems li")).to_contain_text("ct:Stat")
        page.locator("#problems button", has_text="ct:State").first.click()
        page.click("#format")
        expect(field).to_have_value("SELECT * {\n  ?x a ct:State\n}\n")
        field.press("Control+Enter")
        expect(page.locator("#answer-body table")).to_contain_text(
            "日本" if lang == "ja" else "Japan"
        )
        assert serious_findings(page) == []
    finally:
        context.close()
