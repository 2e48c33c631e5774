"""Sentences to rows: who did what, when, where and for how much, and what is left open."""

from __future__ import annotations

from itertools import product

import pytest

from ctgraph.query.drafting import About, Draft, draft_rows, read_document
from ctgraph.query.sources import digest_words
from ctgraph.store import Store

FORUM = About("example-news", publisher="Example Forum", date="2025-07-02")
MINISTRY = About("example-mofa", publisher="Ministry of Foreign Affairs of Japan", date="2025-07")


@pytest.fixture(scope="module")
def store(graph_store: Store) -> Store:
    return graph_store


def draft(store: Store, text: str, about: About = FORUM) -> Draft:
    return draft_rows(store, read_document(text.encode()), about)


def rows_of(store: Store, text: str, about: About = FORUM) -> list[str]:
    """Each row as subject (role) relation object (role) start..end amount."""
    found = []
    for row in draft(store, text, about).tables.get("facts", ()):
        parts = [
            f"{row['subject_id']}({row['role_subject']})",
            row["relation"],
            f"{row['object_id']}({row['role_object']})",
            f"{row.get('start', '')}..{row.get('end', '')}",
            f"{row.get('value', '')} {row.get('unit', '')}",
        ]
        found.append(" ".join(parts).replace("()", "").replace(" ..", "").strip())
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Japan and UNODC held consultations in Geneva on 1 July 2025.",
            ["jpn(consulting-party) consulted-with unodc(consulting-party) 2025-07-01..2025-07-01"],
        ),
        (
            "日本は2025年７月１日にUNODCと協議を行った。",
            ["jpn(consulting-party) consulted-with unodc(consulting-party) 2025-07-01..2025-07-01"],
        ),
        (
            "The workshop was hosted by Japan in June 2025.",
            ["jpn(host) hosted  2025-06-01..2025-06-30"],
        ),
        (
            "UNAFEI及びIIJは2025年６月にワークショップを共催した。",
            ["unafei(co-host) co-hosted iij(co-host) 2025-06-01..2025-06-30"],
        ),
        (
            "Japan contributed about 2.5 million US dollars to UNODC and IOM in fiscal 2024.",
            [
                f"jpn(contributor) contributed-to {who}(recipient) {rest}"
                for who, rest in product(("unodc", "iom"), ["2024-04-01..2025-03-31 2500000 USD"])
            ],
        ),
        (
            "UNODCを通じ、総額約4,830万米ドルを拠出した。",
            ["?(contributor) contributed-to unodc(channel) 48300000 USD"],
        ),
        (
            "Japan gave 2 million dollars to UNODC.",
            ["jpn(contributor) contributed-to unodc(recipient) 2000000 ?USD|CAD|AUD|NZD|SGD"],
        ),
        (
            "Japan took part in the G7 meeting of 3 May 2024.",
            ["jpn(attendee) took-part-in g7(convening-body) 2024-05-03..2024-05-03"],
        ),
        ("Japan did not host the meeting.", ["jpn ?"]),
        ("The G7 will hold a meeting next year.", ["g7 plans  2026-01-01..2026-12-31"]),
        (
            "GIFCTと連携し、ワークショップを開催した。",
            ["gifct(collaborating-partner) partnered-with"],
        ),
        ("About 45 participants took part.", ["? reported-figure  45 person"]),
        ("Nothing is said here of anybody.", []),
    ],
)
def test_rows(store: Store, text: str, expected: list[str]) -> None:
    found = [" ".join(row.split()) for row in rows_of(store, text)]
    assert found == [" ".join(row.split()) for row in expected]


def test_a_subject_that_is_left_out_may_be_the_publisher(store: Store) -> None:
    assert rows_of(
        store, "2025年６月、国連薬物・犯罪事務所（UNODC）と協議を行った。", MINISTRY
    ) == [
        "?mofa|jpn(consulting-party) consulted-with unodc(consulting-party) 2025-06-01..2025-06-30"
    ]
    assert rows_of(store, "我が国はUNODCと協議を行った。", MINISTRY) == [
        "jpn(consulting-party) consulted-with unodc(consulting-party)"
    ]


def test_the_tables(store: Store) -> None:
    text = "# News\n\nThe Institute of Examples (IoE) and UNODC co-hosted a workshop in June 2025."
    drafted = draft(store, text)
    (fact,) = drafted.tables["facts"]
    words = "The Institute of Examples (IoE) and UNODC co-hosted a workshop in June 2025."
    assert (fact["words"], fact["words_sha256"]) == (words, digest_words(words))
    assert fact["words_length"] == str(len("".join(words.split())))
    assert (fact["subject_id"], fact["basis"]) == ("ioe", "stated")
    assert (fact["statement_en"], fact["statement_ja"]) == ("?", "?")
    (actor,) = drafted.tables["actors"]
    assert (actor["label_en"], actor["acronym"], actor["class"], actor["label_ja"]) == (
        "Institute of Examples",
        "IoE",
        "?Institute",
        "?",
    )
    (event,) = drafted.tables["events"]
    assert (event["id"], event["class"]) == (fact["event_id"], "Workshop")
    (source,) = drafted.tables["sources"]
    assert (source["source_id"], source["page_date"], source["url"]) == (
        "example-news",
        "2025-07-02",
        "?",
    )
    assert drafted.tables["locators"][0]["label_ja"].endswith("第1段落")
    assert drafted.count_open() == 9


def test_a_sentence_in_our_words_where_all_is_known(store: Store) -> None:
    (fact,) = draft(store, "Japan consulted UNODC in July 2025.").tables["facts"]
    assert fact["statement_en"] == (
        "?Japan and United Nations Office on Drugs and Crime held consultations (2025-07)."
    )
    assert fact["statement_ja"] == "?日本と国連薬物・犯罪事務所は2025-07に協議を行った。"


def test_a_date_whose_year_is_that_of_the_page_is_inferred(store: Store) -> None:
    (fact,) = draft(store, "Japan consulted UNODC on 20 June.").tables["facts"]
    assert (fact["start"], fact["basis"], fact["inference_kind"]) == (
        "2025-06-20",
        "inferred",
        "calendar",
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Institute of Examples and UNODC held consultations.", "institute-of-examples"),
        ("例示研究所とUNODCは協議を行った。", "?例示研究所"),
        ("イスラエル外務省とUNODCは協議を行った。", "?イスラエル外務省"),
    ],
)
def test_bodies_that_are_not_known(store: Store, text: str, name: str) -> None:
    (fact,) = draft(store, text).tables["facts"]
    assert (fact["subject_id"], fact["object_id"]) == (name, "unodc")


def test_an_event_that_is_known_keeps_its_name(store: Store) -> None:
    text = "2024年２月、UNAFEI及びIIJはワークショップを共催した。"
    (fact,) = draft(store, text).tables["facts"]
    assert fact["event_id"] == "rule-of-law-workshop-2024-02"
    assert "events" not in draft(store, text).tables


def test_a_source_that_is_known_has_no_row(store: Store) -> None:
    tables = draft(store, "Japan consulted UNODC.", About("mofa-evaluation-2024")).tables
    assert "sources" not in tables


def test_who_measures_are_aimed_at_is_never_a_partner(store: Store) -> None:
    rows = rows_of(store, "Japan and Hamas held consultations. Japan froze the assets of Hamas.")
    assert [row for row in rows if "hamas" in row] == [
        "jpn(implementing-authority) froze-assets-of hamas(target)"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UNODC trained 120 people from 41 countries in June 2025.", ["120 person"]),
        ("UNODCは2025年６月に41か国の120名を研修した。", ["120 person"]),
        ("The FATF has 39 members, of which 37 are jurisdictions.", ["39 member"]),
    ],
)
def test_a_number_that_is_part_of_another_is_no_figure(
    store: Store, text: str, expected: list[str]
) -> None:
    rows = draft(store, text).tables["facts"]
    assert [f"{row['value']} {row['unit']}" for row in rows if row.get("value")] == expected


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("IOM assisted twelve trafficking victims in June 2025.", "trafficking-victims"),
        ("Japan became a member of the UN crime commission in 2025.", "ccpcj"),
    ],
)
def test_a_name_that_is_shortened(store: Store, text: str, actor: str) -> None:
    rows = draft(store, text).tables["facts"]
    assert any(actor in (row["subject_id"], row["object_id"]) for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        "Japan's Foreign Ministry says the EU took part in a meeting of UNODC in June 2025.",
        "外務省は、2025年６月のUNODCの会合にEUが参加したとしている。",
    ],
)
def test_whom_a_sentence_only_cites_has_no_role(store: Store, text: str) -> None:
    rows = [row for row in rows_of(store, text) if "took-part-in" in row]
    assert rows
    assert not any("mofa" in row for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        "令和５年度の取組\n\n日本はUNODCと協議を行った。\n",
        "過去３年度（令和３～５年度）の取組について述べる。\n\n"
        "日本はUNODCと協議を行った（過去３年度：８件）。\n",
    ],
)
def test_a_date_above_a_sentence_is_inferred_from_the_layout(store: Store, text: str) -> None:
    row = next(
        row for row in draft(store, text).tables["facts"] if row["relation"] == "consulted-with"
    )
    assert (row["basis"], row["inference_kind"]) == ("inferred", "layout")
    assert row["end"] == "2024-03-31"
