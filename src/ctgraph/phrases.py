"""The words of the pages of the query service, in English and Japanese."""

from __future__ import annotations

_BOTH: dict[str, tuple[str, str]] = {
    # Every page.
    "name": ("ctgraph", "ctgraph"),
    "tagline": (
        "Who cooperates with whom against terrorism and organised crime, and the words that say so",
        "テロ・組織犯罪対策で誰が誰と協力しているか、その根拠となる原文とともに",
    ),
    "skip": ("Skip to content", "本文へ移動"),
    "menu": ("Main menu", "主なメニュー"),
    "home": ("Home", "トップ"),
    "questions": ("Questions", "質問"),
    "networks": ("Networks", "ネットワーク"),
    "query": ("SPARQL", "SPARQL"),
    "sources": ("Sources", "出典"),
    "things": ("Everything", "一覧"),
    "downloads": ("Downloads", "ダウンロード"),
    "ontology": ("Ontology", "オントロジー"),
    "about": ("About", "このサイトについて"),
    "find": ("Search", "検索"),
    "find_label": ("Search names, acronyms and quotes", "名称・略称・引用を検索"),
    "find_hint": ("Name, acronym, words of a quote", "名称、略称、引用の語句"),
    "other_language": ("日本語", "English"),
    "switch_language": ("この頁を日本語で", "This page in English"),
    "version": ("Version", "バージョン"),
    "licence": ("Licence", "ライセンス"),
    "data_hash": ("Data SHA-256", "データのSHA-256"),
    "how_to_cite": ("How to cite", "引用方法"),
    "error": ("Something is wrong", "エラー"),
    "not_found": ("There is no such page", "ページが見つかりません"),
    "did_you_mean": ("Did you mean", "お探しのものは次のいずれかですか"),
    # Home.
    "home_lead": (
        "A citable knowledge graph of counter-terrorism cooperation. It is made from what "
        "governments publish in prose, and every statement shows the words it rests on.",
        "テロ対策協力の引用可能な知識グラフです。政府が公表した文章から作られ、"
        "すべての記述に根拠となる原文が付いています。",
    ),
    "claims": ("claims", "主張"),
    "claims_stated": ("stated", "明示"),
    "claims_inferred": ("inferred", "推論"),
    "actors": ("actors", "主体"),
    "activities": ("activities", "活動"),
    "ties": ("cooperating pairs", "協力関係の組"),
    "sources_count": ("sources", "出典"),
    "triples": ("triples", "トリプル"),
    "in_numbers": ("The graph in numbers", "数で見るグラフ"),
    "ways_in": ("Ways in", "使い方"),
    "way_ask": ("Ask", "質問する"),
    "way_ask_text": (
        "Prepared questions with forms: partners, activities, money, goals. Every row shows its "
        "evidence.",
        "協力相手・活動・拠出・目標など、用意された質問に入力欄から答えます。各行に根拠が付きます。",
    ),
    "way_show": ("Show", "図で見る"),
    "way_show_text": (
        "Networks with the quotes behind every edge, for a meeting room without a connection.",
        "線の一本一本に引用が付いたネットワーク図。接続のない会議室でも使えます。",
    ),
    "way_read": ("Read", "原文を読む"),
    "way_read_text": (
        "The text of each source, with every passage that supports a claim marked.",
        "主張の根拠となった箇所を示した出典の本文を読めます。",
    ),
    "way_take": ("Take", "持ち帰る"),
    "way_take_text": (
        "The whole graph as Turtle, TriG, JSON-LD and more, with hash, licence and citation.",
        "グラフ全体をTurtle・TriG・JSON-LDなどで。ハッシュ、ライセンス、引用方法付きです。",
    ),
    "way_query": ("Query", "SPARQLで調べる"),
    "way_query_text": (
        "SPARQL with completion, examples and the evidence of every row.",
        "補完・例文・各行の根拠付きのSPARQL画面です。",
    ),
    "way_look": ("Look up", "ものを調べる"),
    "way_look_text": (
        "Everything that is said about one actor, activity, goal or place.",
        "主体・活動・目標・場所など、一つのものについて述べられたことの全て。",
    ),
    "try_these": ("Questions to begin with", "まず見る質問"),
    "one_claim": ("One statement and its words", "記述とその原文の一例"),
    "most_connected": ("Who is connected most", "つながりの多い主体"),
    # One thing, one claim.
    "stated": ("stated", "明示"),
    "inferred": ("inferred", "推論"),
    "derived": ("derived by a rule", "規則による導出"),
    "derived_by": ("Derived by the rule", "導出規則："),
    "defined_in": ("Defined in", "定義："),
    "page_of_source": ("Page", "頁"),
    "because": ("Because:", "理由："),
    "rests_on": ("Rests on", "根拠："),
    "words_1": ("Source:", "原文："),
    "words_n": ("{n} passages:", "原文{n}箇所："),
    "more_claims": ("And {n} more claims:", "ほかに主張{n}件："),
    "when": ("When", "時期"),
    "what": ("What", "内容"),
    "timeline": ("Timeline", "年表"),
    "query_behind": ("The query behind this page", "このページの元になるSPARQL"),
    "open_query": ("Open in the query page", "SPARQL画面で開く"),
    "iri": ("IRI", "IRI"),
    "retired": (
        "This name is retired and no longer used. In its place:",
        "この名前は廃止され、使われていません。代わりに：",
    ),
    "namesakes": ("Not to be confused with", "同名の別のもの："),
    "read_source": ("Read the text with its claims", "主張を付した本文を読む"),
    "in_context": ("In its context", "前後の文"),
    "whole_text": ("The passage in the whole text", "全文の中でこの箇所を見る"),
    "supports": ("What it says, as data", "この主張がデータとして述べること"),
    "rests_on_these": ("Claims it rests on", "根拠となる主張"),
    "at_a_glance": ("At a glance", "つながり"),
    "wheel_title": ("What {name} is connected with", "{name}とつながりのあるもの"),
    "wheel_caption": (
        "Thicker lines: more statements. Dashed: inferred or derived, not stated in words. "
        "Everything is listed below.",
        "太線ほど記述が多く、破線は明示されていない（推論・導出による）つながりです。"
        "全ての記述は下にあります。",
    ),
    "wheel_more": ("{n} more are not drawn.", "ほか{n}件は省略。"),
    "open_network": ("Its network as a page", "この主体のネットワーク図"),
    "outgoing": ("What is said of it", "記述"),
    "incoming": ("Where it is mentioned", "ほかのものからの言及"),
    "is_said": ("←", "←"),
    "only_first": ("The first {n} of {total} are listed.", "{total}件のうち最初の{n}件です。"),
    "take_this": ("Take this with you", "このデータを持ち帰る"),
    "nothing_said": ("The graph says nothing of", "グラフには次についての記述がありません："),
    # Answers of the endpoint and graphs.
    "result": ("Answer", "検索結果"),
    "rows_of_answer": ("rows", "行"),
    "triples_of_answer": ("triples", "トリプル"),
    "only_first_rows": (
        "Only the first {n} are shown. All of them:",
        "最初の{n}件だけを表示しています。全件：",
    ),
    "as_format": ("The same as", "別の形式："),
    "edit_query": ("Open in the query page", "検索画面で開く"),
    "the_query": ("The query", "検索式"),
    "no_rows": ("No rows.", "該当する行はありません。"),
    "yes_true": ("Yes (true)", "はい (true)"),
    "no_false": ("No (false)", "いいえ (false)"),
    "subject": ("Subject", "主語"),
    "predicate": ("Property", "述語"),
    "object": ("Value", "目的語"),
    "evidence_of_row": ("Evidence", "根拠"),
    "graph": ("Graph", "グラフ"),
    "graphs": ("Graphs", "グラフ一覧"),
    "graphs_lead": (
        "Each claim, vocabulary and rule is a graph of its own. The default graph is the merge of "
        "all of them.",
        "主張・語彙・規則はそれぞれ独立したグラフです。既定グラフはその全体を併合したものです。",
    ),
    "default_graph": ("Default graph (the merge)", "既定グラフ（全体の併合）"),
    "name_column": ("Name", "名称"),
}


def words(lang: str) -> dict[str, str]:
    """Every word of the pages in one language, by its name in the templates.

    Args:
        lang: ``en`` or ``ja``.

    Example:
        >>> words("ja")["questions"]
        '質問'
    """
    return _WORDS[lang]


_WORDS = {
    lang: {key: texts[place] for key, texts in _BOTH.items()}
    for place, lang in enumerate(("en", "ja"))
}
