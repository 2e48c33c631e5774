"""The words of the pages of the query service, in English and Japanese."""

from __future__ import annotations

import re

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
    "about": ("About", "概要"),
    "find": ("Search", "検索"),
    "find_label": ("Search names, acronyms and quotes", "名称・略称・引用を検索"),
    "find_hint": ("Name, acronym or quote", "名称、略称、引用の語句"),
    "other_language": ("日本語", "English"),
    "switch_language": ("このページを日本語で", "This page in English"),
    "version": ("Version", "バージョン"),
    "licence": ("Licence", "ライセンス"),
    "data_hash": ("Claims SHA-256", "主張のSHA-256"),
    "how_to_cite": ("How to cite", "引用方法"),
    "error": ("Something is wrong", "エラー"),
    "status": ("Status", "ステータス"),
    "request_number": ("Request", "リクエスト番号"),
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
    "claims_stated": ("claims stated", "明示された主張"),
    "claims_inferred": ("claims inferred", "推論した主張"),
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
    "rest_on_it": ("Claims that rest on it", "これに基づく主張"),
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
    "the_query": ("The query", "検索式"),
    "no_rows": ("No rows.", "該当する行はありません。"),
    "yes_true": ("Yes (true)", "はい (true)"),
    "no_false": ("No (false)", "いいえ (false)"),
    "subject": ("Subject", "主語"),
    "predicate": ("Property", "述語"),
    "object": ("Value", "目的語"),
    "graph": ("Graph", "グラフ"),
    "graphs": ("Graphs", "グラフ一覧"),
    "graphs_lead": (
        "Each claim, vocabulary and rule is a graph of its own. The default graph is the merge of "
        "all of them.",
        "主張・語彙・規則はそれぞれ独立したグラフです。既定グラフはその全体を併合したものです。",
    ),
    "default_graph": ("Default graph (the merge)", "既定グラフ（全体の併合）"),
    "name_column": ("Name", "名称"),
    # Searching and listing.
    "find_title": ("What has “{text}” in it", "「{text}」を含むもの"),
    "find_none": ("Nothing has these words in it.", "該当するものはありません。"),
    "find_empty": (
        "Names, acronyms, definitions, quotes and glosses are searched, in both languages.",
        "両言語の名称・略称・定義・引用・要旨を検索します。",
    ),
    "find_cut": ("The first {n} are listed.", "最初の{n}件を示しています。"),
    "find_browse": ("Or go through everything by kind", "種類別の一覧から探す"),
    "find_script": (
        "Searching here needs JavaScript; the list by kind does not.",
        "検索にはJavaScriptが必要です。種類別の一覧は不要です。",
    ),
    "things_lead": (
        "Everything in the graph by what it is.",
        "グラフに含まれるもの全て（種類別）。",
    ),
    "kinds_who": ("Who", "主体"),
    "kinds_what": ("What they do", "活動"),
    "kinds_other": ("And all else", "その他"),
    "page_n": ("Page {n} of {total}", "{total}ページ中{n}ページ目"),
    "next": ("Next", "次へ"),
    "previous": ("Previous", "前へ"),
    # Ontology.
    "ontology_lead": (
        "Classes and properties with their definitions in both languages and how often they are "
        "used.",
        "クラスとプロパティの、両言語の定義と使用数です。",
    ),
    "classes": ("Classes", "クラス"),
    "properties": ("Properties", "プロパティ"),
    "others": ("Other terms", "その他の語"),
    "rules": ("Rules", "規則"),
    "vocabularies": ("Vocabularies", "語彙"),
    "vocabularies_lead": (
        "The concepts that roles, topics, threats and other things are named by.",
        "役割・主題・脅威などを表す概念の体系です。",
    ),
    "subclass_of": ("subclass of", "上位クラス"),
    "subproperty_of": ("subproperty of", "上位プロパティ"),
    "domain": ("domain", "定義域"),
    "range": ("range", "値域"),
    "made_by": ("made by", "導出規則"),
    "used_n": ("used {n} times", "使用数 {n}"),
    "things_n": ("{n} things", "{n}件"),
    "not_used": ("not used yet", "未使用"),
    "permalink": ("Link to", "リンク："),
    # Downloads and about.
    "downloads_lead": (
        "The same bytes from the same graph, on every machine. Without a remark a file holds what "
        "is asserted, with the claims and their quotes.",
        "同じグラフからは、どの環境でも同じファイルができます。",
    ),
    "file_plain": ("asserted, with claims and quotes", "主張された記述（主張と引用を含む）"),
    "file_claims": ("each claim a graph of its own", "主張ごとに独立したグラフ"),
    "file_complete": (
        "complete: claims, rules and vocabularies as graphs; its SHA-256 is the hash to cite",
        "完全版：主張・規則・語彙をグラフとして収録。SHA-256が引用用のハッシュ",
    ),
    "file_tables": ("one table for each class", "クラスごとの表"),
    "file": ("File", "ファイル"),
    "format": ("Format", "形式"),
    "holds": ("Holds", "内容"),
    "size": ("Size", "大きさ"),
    "bytes": ("bytes", "バイト"),
    "on_request": ("made on request", "要求時に作成"),
    "description_files": ("Description of the data set", "データセットの記述"),
    "void_text": ("VoID and DCAT, as Turtle", "VoIDとDCAT（Turtle）"),
    "about_lead": (
        "A knowledge graph in which every triple can show the words it rests on.",
        "全てのトリプルについて根拠となる原文を示せる知識グラフです。",
    ),
    "about_basis": (
        "What a source says in words is stated; what follows from it is inferred, and says from "
        "which claims and why. What rules derive is marked as derived and leads back to claims.",
        "出典が言葉で述べることは「明示」、そこから導かれることは「推論」とし、どの主張から、"
        "なぜ導かれるかを示します。規則が導いたものには印が付き、元の主張に遡れます。",
    ),
    "about_w3id": (
        "The IRIs are names; nothing here fetches them.",
        "IRIは名前であり、このサイトがそこへ接続することはありません。",
    ),
    "code_licence": ("Code: MIT", "コード：MIT"),
    "data_licence": ("Ontology, questions and data:", "オントロジー・質問・データ："),
    "whole_hash": ("SHA-256 of the whole graph", "グラフ全体のSHA-256"),
    "versions": ("Versions", "バージョン"),
    "version_ctgraph": ("ctgraph", "ctgraph"),
    "version_pyoxigraph": ("Engine (pyoxigraph)", "エンジン（pyoxigraph）"),
    "version_ontology": ("Ontology", "オントロジー"),
    "version_claims_sha256": ("SHA-256 of the claims", "主張のSHA-256"),
    "comma": (", ", "、"),
    "in_brackets": ("({})", "（{}）"),
    "in_quotes": ("“{}”", "「{}」"),
    "limits": ("Limits of this server", "このサーバーの上限"),
    "limit_seconds": ("Seconds for an answer", "回答までの秒数"),
    "limit_rows": ("Rows or triples of an answer", "回答の行数・トリプル数"),
    "limit_bytes": ("Size of an answer", "回答の大きさ"),
    "edited": (
        "edited and processed by the ctgraph project",
        "ctgraphプロジェクトが編集・加工",
    ),
    # Networks.
    "networks_lead": (
        "Each opens as one page that asks no host for anything, with the quotes behind every tie; "
        "save it and show it where there is no connection.",
        "どれも外部に何も要求しない一つのページとして開き、つながりの一つ一つに引用が付いています。"
        "保存すれば接続のない場所でも使えます。",
    ),
    "nodes_ties": ("{nodes} nodes, {ties} ties", "ノード {nodes}、つながり {ties}"),
    "file_gexf": ("GEXF", "GEXF"),
    "file_graphml": ("GraphML", "GraphML"),
    "file_json": ("Cytoscape JSON", "Cytoscape JSON"),
    "file_zip": ("CSV", "CSV"),
    "part_of_network": ("A part of a network", "ネットワークの一部を描く"),
    "network_view": ("Network", "ネットワーク"),
    "around_actor": ("Around an actor", "中心とする主体"),
    "steps_away": ("Steps from it", "中心からの段数"),
    "topic": ("Topic", "主題"),
    "fiscal_year": ("Fiscal year", "年度"),
    "stated_only": ("Only what is stated", "明示されたもののみ"),
    "draw_it": ("Draw", "描く"),
    "stories": ("Stories", "ストーリー"),
    "figures": ("Figures for slides and print", "スライド・印刷用の図"),
    "chart_timeline": ("Timeline of activities", "活動の年表"),
    "chart_funding": ("The way of the money", "資金の流れ"),
    "chart_indicators": ("Indicators by fiscal year", "年度別の指標"),
    "chart_goals": ("Goals and what serves them", "目標と取組"),
    "chart_matrix": ("Who cooperates with whom, as a matrix", "協力関係の行列"),
    # Sources.
    "sources_lead": (
        "What the claims rest on, and how much of each text they cite.",
        "主張の根拠となる出典と、その本文が引用されている範囲です。",
    ),
    "has_text": ("the text can be read here", "本文あり"),
    "no_text_short": ("no text", "本文なし"),
    "about_source": ("About this source", "この出典について"),
    "no_text": (
        "The graph holds no text of this source, so its claims are listed by section only.",
        "この出典の本文は収録されていないため、主張を箇所ごとに示します。",
    ),
    "to_passage": ("To the passage of", "本文の該当箇所へ："),
    "words_cited": ("of the characters are cited", "引用されている文字"),
    "sentences_cited": ("of the sentences are touched", "引用を含む文"),
    "passages_left": ("passages are not cited", "引用されていない箇所"),
    "passages_left_title": ("What no claim cites", "どの主張も引用していない箇所"),
    "source_legend": ("In the text:", "本文の表示："),
    "cited_once": ("cited by a claim", "主張が引用"),
    "cited_often": ("by several", "複数の主張が引用"),
    "not_cited": ("not cited", "引用なし"),
    "sections": ("Sections", "箇所の一覧"),
    "other_claims": ("Claims without a place in the text", "本文中の位置がない主張"),
    "line": ("Line", "行"),
    # Questions.
    "questions_lead": (
        "Each question has a form, an answer with the evidence of every row, and a URL for every "
        "format.",
        "どの質問にも、入力欄、各行に根拠の付いた回答、形式ごとのURLがあります。",
    ),
    "as_rdf": ("All questions as RDF", "全ての質問をRDFで"),
    "question_as_rdf": ("The question as RDF", "この質問をRDFで"),
    "any": ("(any)", "（指定なし）"),
    "yes": ("yes", "はい"),
    "no": ("no", "いいえ"),
    "show_answer": ("Answer", "答えを見る"),
    "answer": ("Answer", "回答"),
    "rows_1": ("1 row", "1行"),
    "rows_n": ("{n} rows", "{n}行"),
    "rows_cut": (
        "Only the first {n} rows are shown; the files hold them all.",
        "最初の{n}行のみを表示しています。全ての行はファイルにあります。",
    ),
    "rows_limited": (
        "The answer was cut at {n} rows, a limit of this server.",
        "このサーバーの上限により、{n}行で打ち切られています。",
    ),
    "evidence": ("Evidence", "根拠"),
    "row_evidence": ("Evidence of row {n}", "{n}行目の根拠"),
    "whole_answer": ("The whole answer", "回答全体に戻る"),
    "claims_n": ("{n} claims", "主張{n}件"),
    "claims_1": ("1 claim", "主張1件"),
    "no_claims": ("No claim", "主張なし"),
    "note": ("Note:", "注："),
    "not_complete": (
        "Not everything that the row rests on could be listed.",
        "この行の根拠の全てを挙げることはできませんでした。",
    ),
    "nothing_found": ("Nothing fits", "該当なし"),
    "why_empty": ("Why there is nothing:", "該当がない理由："),
    "wrong_input": (
        "Something in the form cannot be answered; see below.",
        "入力に誤りがあります。下の欄を確認してください。",
    ),
    "download_as": ("As a file", "ファイルで"),
    "sparql_text": ("The question in SPARQL", "この質問のSPARQL"),
    "sort_by": ("Sort by this column", "この列で並べ替える"),
    "several": ("Several values", "複数の値"),
    "as_picture": ("As a picture", "図で見る"),
    "tie_list": ("The same as the table below.", "下の表と同じ内容です。"),
    "name_hint": ("Name, acronym or IRI", "名称、略称またはIRI"),
    "fixed_values": (
        "This page shows the answer for these values:",
        "このページは次の値での回答です：",
    ),
}

# What the columns of the questions are called in Japanese; English takes the column's own name.
_COLUMNS_JA = {
    "about": "対象",
    "acronym": "略称",
    "activities": "活動数",
    "activity": "活動",
    "actor": "主体",
    "addressedBy": "対処するもの",
    "agrees": "一致",
    "amount": "金額",
    "amountStatus": "金額の記載",
    "approximate": "概数",
    "asOf": "時点",
    "aspect": "観点",
    "basis": "明示・推論",
    "body": "組織",
    "broader": "上位主題",
    "claim": "主張",
    "claimedBy": "主張者",
    "claims": "主張数",
    "conclusion": "結論",
    "consultations": "協議回数",
    "context": "文脈",
    "contribution": "拠出",
    "currency": "通貨",
    "direction": "今後の方針",
    "directions": "方針数",
    "end": "終期",
    "exactRole": "詳細な役割",
    "exactTopic": "詳細な主題",
    "expression": "原文の表現",
    "figure": "数値",
    "frequency": "頻度",
    "gloss": "要旨",
    "goal": "目標",
    "holder": "就任者",
    "how": "関わり方",
    "identification": "特定の度合い",
    "inResponseTo": "契機",
    "incident": "事案",
    "indicator": "指標",
    "inferred": "推論",
    "instrument": "条約・文書",
    "jointActivities": "共同の活動数",
    "kind": "種類",
    "maxValue": "最大値",
    "measure": "措置",
    "mention": "言及",
    "minValue": "最小値",
    "mode": "形式",
    "note": "注",
    "office": "役職",
    "order": "順序",
    "origin": "出身地",
    "other": "他方",
    "outcome": "成果",
    "parent": "上部組織",
    "part": "部分",
    "partValue": "部分の値",
    "participant": "参加者",
    "partner": "協力相手",
    "partners": "協力相手数",
    "parts": "部分の数",
    "place": "場所",
    "plannedBy": "計画した主体",
    "precision": "日付の精度",
    "premise": "前提",
    "property": "性質",
    "publisher": "発行者",
    "quote": "引用",
    "reason": "理由",
    "refersTo": "指すもの",
    "reflectedIn": "反映先",
    "relation": "関係",
    "role": "役割",
    "section": "箇所",
    "sections": "箇所数",
    "series": "一連の活動",
    "source": "出典",
    "start": "始期",
    "stated": "明示",
    "status": "状況",
    "sum": "合計",
    "supported": "支援先",
    "targetPlace": "対象地域",
    "text": "文言",
    "thing": "もの",
    "threat": "脅威",
    "through": "手段",
    "topic": "主題",
    "trend": "傾向",
    "unit": "単位",
    "value": "値",
    "valueKind": "値の種類",
    "workArea": "取組分野",
    "year": "年度",
}
_TAGS_JA = {
    "activities": "活動",
    "actors": "主体",
    "claims": "主張",
    "cooperation": "協力",
    "counts": "件数",
    "evidence": "根拠",
    "figures": "数値",
    "gaps": "記載のないもの",
    "goals": "目標",
    "incidents": "事案",
    "indicators": "指標",
    "inference": "推論",
    "instruments": "条約・文書",
    "money": "資金",
    "network": "ネットワーク",
    "outcomes": "成果",
    "places": "場所",
    "plans": "今後の方針",
    "roles": "役割",
    "sources": "出典",
    "topics": "主題",
    "years": "年度",
}

# Terms of other vocabularies, which the graph uses and does not label.
_TERMS = {
    "dcterms:bibliographicCitation": ("citation", "書誌情報"),
    "dcterms:created": ("created", "作成日"),
    "dcterms:creator": ("creator", "作成者"),
    "dcterms:description": ("description", "説明"),
    "dcterms:license": ("licence", "ライセンス"),
    "dcterms:modified": ("modified", "更新日"),
    "dcterms:publisher": ("publisher", "発行者"),
    "dcterms:source": ("source", "出典"),
    "dcterms:title": ("title", "表題"),
    "foaf:Organization": ("Organisation (FOAF)", "組織（FOAF）"),
    "oa:end": ("end", "終わりの位置"),
    "oa:start": ("start", "始まりの位置"),
    "org:Organization": ("Organisation", "組織"),
    "org:Role": ("Role", "役割"),
    "org:member": ("member", "構成員"),
    "org:organization": ("organisation", "組織"),
    "org:role": ("role", "役割"),
    "owl:AnnotationProperty": ("Annotation property", "注釈プロパティ"),
    "owl:Class": ("Class", "クラス"),
    "owl:DatatypeProperty": ("Datatype property", "データ型プロパティ"),
    "owl:ObjectProperty": ("Object property", "オブジェクトプロパティ"),
    "owl:Ontology": ("Ontology", "オントロジー"),
    "owl:SymmetricProperty": ("Symmetric property", "対称プロパティ"),
    "owl:TransitiveProperty": ("Transitive property", "推移的プロパティ"),
    "owl:disjointWith": ("disjoint with", "互いに素なクラス"),
    "owl:versionIRI": ("version IRI", "版のIRI"),
    "owl:versionInfo": ("version", "版"),
    "prov:wasDerivedFrom": ("derived from", "導出元"),
    "qb:AttributeProperty": ("Attribute", "属性"),
    "qb:ComponentSpecification": ("Component of a data set", "データセットの構成要素"),
    "qb:DataSet": ("Data set", "データセット"),
    "qb:DataStructureDefinition": ("Structure of a data set", "データセットの構造"),
    "qb:DimensionProperty": ("Dimension", "次元"),
    "qb:MeasureProperty": ("Measure", "測定量"),
    "qb:Observation": ("Observation", "観測値"),
    "qb:attribute": ("attribute", "属性"),
    "qb:component": ("component", "構成要素"),
    "qb:componentAttachment": ("attached to", "付与先"),
    "qb:componentRequired": ("required", "必須"),
    "qb:dataSet": ("data set", "データセット"),
    "qb:dimension": ("dimension", "次元"),
    "qb:measure": ("measure", "測定量"),
    "qb:order": ("order", "順序"),
    "qb:structure": ("structure", "構造"),
    "rdf:type": ("is a", "種類"),
    "rdfs:domain": ("domain", "定義域"),
    "rdfs:isDefinedBy": ("defined by", "定義元"),
    "rdfs:label": ("label", "ラベル"),
    "rdfs:range": ("range", "値域"),
    "rdfs:subClassOf": ("subclass of", "上位クラス"),
    "rdfs:subPropertyOf": ("subproperty of", "上位プロパティ"),
    "sdmx-measure:obsValue": ("observed value", "観測値"),
    "skos:Concept": ("Concept", "概念"),
    "skos:ConceptScheme": ("Concept scheme", "概念の体系"),
    "skos:altLabel": ("other name", "別名"),
    "skos:broader": ("broader concept", "上位概念"),
    "skos:definition": ("definition", "定義"),
    "skos:hasTopConcept": ("top concept", "最上位の概念"),
    "skos:inScheme": ("in the scheme", "属する体系"),
    "skos:prefLabel": ("name", "名称"),
    "skos:related": ("related concept", "関連概念"),
    "skos:topConceptOf": ("top concept of", "最上位の概念として属する体系"),
    "vann:preferredNamespacePrefix": ("preferred prefix", "推奨する接頭辞"),
    "vann:preferredNamespaceUri": ("namespace", "名前空間"),
}


def term_name(label: str, lang: str) -> str:
    """What a thing is called that has no label but its prefixed name; else its label.

    Args:
        label: The label, or the prefixed name.
        lang: ``en`` or ``ja``.

    Example:
        >>> term_name("skos:broader", "ja"), term_name("主体", "ja")
        ('上位概念', '主体')
    """
    return _TERMS[label][lang == "ja"] if label in _TERMS else label


def sentence(text: str) -> str:
    """A message as a sentence, unless it begins with a name.

    Args:
        text: A message, which begins with a small letter where a word does.

    Example:
        >>> sentence("there is no page '9'."), sentence("ctgraph.nq has 9 bytes.")
        ("There is no page '9'.", 'ctgraph.nq has 9 bytes.')
    """
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+[ ,]", text) else text


def column_name(column: str, lang: str) -> str:
    """The heading of a column of an answer.

    Args:
        column: The name of the variable.
        lang: ``en`` or ``ja``.

    Example:
        >>> column_name("jointActivities", "en"), column_name("partner", "ja")
        ('Joint activities', '協力相手')
    """
    if lang == "ja" and column in _COLUMNS_JA:
        return _COLUMNS_JA[column]
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", column)
    return (apart[:1].upper() + apart[1:].lower()) if apart != column else column.capitalize()


def tag_name(tag: str, lang: str) -> str:
    """The name of a tag of questions; the tag itself if it is not one of ours.

    Args:
        tag: The tag.
        lang: ``en`` or ``ja``.
    """
    return _TAGS_JA.get(tag, tag) if lang == "ja" else tag.capitalize()


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
