"""The words of the query page, in English and Japanese."""

from __future__ import annotations

_BOTH: dict[str, tuple[str, str]] = {
    "title": ("Ask in SPARQL", "SPARQLで問い合わせる"),
    "lead": (
        "Write a query or open an example. Every row of the answer shows the words it rests on.",
        "クエリを書くか、例を開いてください。結果の各行に、根拠となる原文が付いています。",
    ),
    "editor": ("SPARQL query", "SPARQLクエリ"),
    "editor_keys": (
        "Ctrl+Enter runs the query, Ctrl+Space completes, F8 goes to the next problem. To leave "
        "the editor by keyboard press Escape, then Tab.",
        "Ctrl+Enterで実行、Ctrl+Spaceで補完、F8で次の問題箇所へ移動します。キーボードで編集欄を"
        "出るには、Escapeを押してからTabを押してください。",
    ),
    "plain_keys": (
        "The editor with colours and completion could not be loaded; this plain field does "
        "everything else. Ctrl+Enter runs the query.",
        "色分けと補完のある編集機能を読み込めませんでした。それ以外はこの入力欄ですべて行えます。"
        "Ctrl+Enterで実行します。",
    ),
    "no_script": (
        "Without JavaScript the answer comes as a page of its own.",
        "JavaScriptが無効な場合、結果は別のページに表示されます。",
    ),
    "run": ("Run", "実行"),
    "cancel": ("Cancel", "中止"),
    "format": ("Format", "整形"),
    "share": ("Copy link", "リンクをコピー"),
    "copied": ("The link is copied.", "リンクをコピーしました。"),
    "link_in_address": ("The link is in the address bar.", "リンクはアドレス欄にあります。"),
    "too_long_link": (
        "The query is too long for a link; save it as a file instead.",
        "クエリが長すぎるため、リンクにできません。ファイルに保存してください。",
    ),
    "examples": ("Examples", "例"),
    "examples_find": ("Search the examples", "例を検索"),
    "examples_none": ("No example has these words.", "該当する例はありません。"),
    "history": ("History", "履歴"),
    "history_empty": ("Nothing was run yet.", "まだ実行していません。"),
    "history_clear": ("Clear history", "履歴を消去"),
    "history_note": (
        "Kept in this browser only.",
        "このブラウザーの中だけに保存されます。",
    ),
    "close": ("Close", "閉じる"),
    "tabs": ("Queries", "クエリ"),
    "tab": ("Query", "クエリ"),
    "new_tab": ("New query", "新しいクエリ"),
    "close_tab": ("Close “{name}”", "「{name}」を閉じる"),
    "problems": ("Problems", "問題"),
    "place": ("line {line}, column {column}", "{line}行目{column}文字目"),
    "use": ("Use {name}", "{name} に直す"),
    "answer": ("Answer", "結果"),
    "running": ("Running …", "実行中…"),
    "cancelled": ("Cancelled.", "中止しました。"),
    "rows_one": ("1 row", "1件"),
    "rows_many": ("{count} rows", "{count}件"),
    "triples_one": ("1 triple", "トリプル1件"),
    "triples_many": ("{count} triples", "トリプル{count}件"),
    "seconds": ("{seconds} s", "{seconds}秒"),
    "partial": (
        "Only a part: there are more rows than the page shows. Downloads may hold more.",
        "一部のみを表示しています。これより多くの結果があります。ダウンロードではより多く得られる"
        "ことがあります。",
    ),
    "yes": ("Yes", "はい"),
    "no": ("No", "いいえ"),
    "yes_text": ("The graph has what was asked for.", "問われた内容はグラフにあります。"),
    "no_text": ("The graph does not have it.", "問われた内容はグラフにありません。"),
    "empty": ("No rows", "該当なし"),
    "empty_why": ("Why there is no answer", "結果がない理由"),
    "empty_unknown": (
        "No single part of the query is to blame.",
        "クエリのどの部分が原因か、特定できませんでした。",
    ),
    "go_to_line": ("Go to line {line}", "{line}行目へ"),
    "failed": ("The query did not run", "クエリを実行できませんでした"),
    "unreachable": ("The server does not answer.", "サーバーが応答しません。"),
    "view_table": ("Table", "表"),
    "view_network": ("Network", "ネットワーク"),
    "view_chart": ("Chart", "グラフ"),
    "view_timeline": ("Timeline", "年表"),
    "view_raw": ("Raw", "データ"),
    "views": ("How to show the answer", "結果の表示方法"),
    "names": ("Names", "名称"),
    "names_en": ("English", "英語"),
    "names_ja": ("Japanese", "日本語"),
    "names_iri": ("IRIs", "IRI"),
    "filter": ("Filter rows", "行を絞り込む"),
    "filtered": ("{shown} of {count} rows", "{count}件中{shown}件"),
    "page": ("Page {page} of {pages}", "{pages}ページ中{page}ページ目"),
    "page_first": ("First", "最初"),
    "page_previous": ("Previous", "前へ"),
    "page_next": ("Next", "次へ"),
    "page_last": ("Last", "最後"),
    "pages": ("Pages of the answer", "結果のページ"),
    "number": ("No.", "番号"),
    "evidence": ("Evidence", "根拠"),
    "evidence_of": ("Evidence for row {row}", "{row}行目の根拠"),
    "evidence_of_answer": ("Evidence", "根拠"),
    "evidence_loading": ("Looking for the words …", "原文を探しています…"),
    "evidence_none": ("No claim supports this row.", "この行を支える主張はありません。"),
    "evidence_incomplete": (
        "Not everything that it rests on was found; see the notes.",
        "根拠のすべてを見いだせたわけではありません。注を参照してください。",
    ),
    "claims": ("Claims", "主張"),
    "stated": ("stated", "明示"),
    "inferred": ("inferred", "推論"),
    "reason": ("Reason", "推論の理由"),
    "rests_on": ("Rests on", "基になる主張"),
    "says": ("Supports", "支える内容"),
    "source_page": ("Page of the source", "出典の頁"),
    "derived": ("Derived by rules", "規則による導出"),
    "rule": ("Rule", "規則"),
    "from_claims": ("from {count} claims", "主張{count}件から"),
    "definitions": ("Definitions used", "用いた定義"),
    "notes": ("Notes", "注"),
    "download": ("Download", "ダウンロード"),
    "download_as": ("Download as {name}", "{name}形式でダウンロード"),
    "chart_kind": ("Kind", "種類"),
    "chart_bars": ("Bars", "棒"),
    "chart_line": ("Line", "折れ線"),
    "chart_names": ("Names", "項目"),
    "chart_values": ("Values", "値"),
    "chart_none": (
        "A chart needs a column of numbers.",
        "グラフには数値の列が必要です。",
    ),
    "chart_first": ("The first {count} rows are drawn.", "最初の{count}件を描いています。"),
    "chart_label": (
        "Chart of {values} by {names}; the table holds the same numbers.",
        "{names}別の{values}のグラフ。同じ数値は表にあります。",
    ),
    "timeline_start": ("Start", "開始"),
    "timeline_end": ("End", "終了"),
    "timeline_none": ("A timeline needs a column of dates.", "年表には日付の列が必要です。"),
    "timeline_label": (
        "Timeline of {count} rows; the table holds the same dates.",
        "{count}件の年表。同じ日付は表にあります。",
    ),
    "timeline_undated": ("{count} rows have no date.", "{count}件には日付がありません。"),
    "network_from": ("From", "起点"),
    "network_to": ("To", "終点"),
    "network_none": (
        "A network needs two columns of things.",
        "ネットワークには、ものの列が二つ必要です。",
    ),
    "network_label": (
        "Network of {nodes} nodes and {edges} ties; the table holds the same.",
        "節点{nodes}、線{edges}のネットワーク。同じ内容は表にあります。",
    ),
    "network_first": (
        "The {count} nodes with the most ties are drawn.",
        "つながりの多い{count}節点を描いています。",
    ),
    "network_node": ("{name}: {count} ties", "{name}：つながり{count}"),
    "none": ("none", "なし"),
    "sort_up": ("sorted upwards", "昇順"),
    "sort_down": ("sorted downwards", "降順"),
    "blank": ("blank node", "空白ノード"),
    # What is said of a query while it is written.
    "refused": (
        "Queries that change the graph or ask other servers are not answered here.",
        "グラフを変更するクエリや他のサーバーに問い合わせるクエリは、ここでは実行できません。",
    ),
    "unknown_term": ("The graph holds no {term}.", "グラフに {term} はありません。"),
    "unbound": (
        "Nothing binds {name}; its column will be empty.",
        "{name} に値を与える部分がなく、この列は空になります。",
    ),
    # The editor.
    "kind_class": ("class", "クラス"),
    "kind_property": ("property", "プロパティ"),
    "kind_prefix": ("prefix", "接頭辞"),
    "kind_keyword": ("keyword", "キーワード"),
    "kind_variable": ("variable", "変数"),
    "kind_thing": ("thing", "もの"),
    "uses": ("used {count} times", "使用{count}回"),
}

# The phrases of CodeMirror that a reader or a screen reader meets.
_EDITOR_PHRASES = {
    "Completions": "補完候補",
    "Diagnostics": "問題",
    "No diagnostics": "問題はありません",
    "Control character": "制御文字",
    "Find": "検索",
    "Replace": "置換",
    "next": "次へ",
    "previous": "前へ",
    "all": "すべて",
    "match case": "大文字と小文字を区別",
    "by word": "単語単位",
    "regexp": "正規表現",
    "replace": "置換",
    "replace all": "すべて置換",
    "close": "閉じる",
    "current match": "現在の一致",
    "on line": "行",
}


def query_words(lang: str) -> dict[str, str]:
    """The words of the page by key.

    Args:
        lang: ``en`` or ``ja``.
    """
    place = int(lang == "ja")
    return {key: both[place] for key, both in _BOTH.items()}


def editor_phrases(lang: str) -> dict[str, str]:
    """What the editor says, by its English phrase; empty for English.

    Args:
        lang: ``en`` or ``ja``.
    """
    return _EDITOR_PHRASES if lang == "ja" else {}
