"""What goes wrong, said in Japanese: each English message or hint beside its Japanese one.

The messages are written where the errors are raised, in English, as programs and the command line
read them. Pages for people look them up here. What stands in braces is what changes; a test reads
the source of every error that a visitor can meet and fails if it has no line here.
"""

from __future__ import annotations

import ast
import functools
import re

_SENTENCES: tuple[tuple[str, str], ...] = (
    # Where it is.
    ("query, line {line}, column {column}: {rest}", "クエリの{line}行目{column}文字目：{rest}"),
    ("query: {rest}", "クエリ：{rest}"),
    # Names that nothing has.
    (
        "unknown parameter of question {name}: {text}.{also}",
        "質問{name}に{text}という入力項目はありません。{also}",
    ),
    ("unknown name {name}.{also}", "{name}に当たるものはありません。{also}"),
    ("unknown {kind} {name}.{also}", "{name}に当たる{kind}はありません。{also}"),
    ("Did you mean {near}?", "もしかして: {near}"),
    ("Did you mean {near}? Or name one with -f: {names}.", "もしかして: {near}"),
    ("Known: {names}.", "使えるもの：{names}"),
    ("Allowed: {names}.", "選べるもの：{names}"),
    ("It has {names}.", "使える項目：{names}"),
    ("It has none.", "この質問に入力項目はありません。"),
    ("Write {form}.", "{form}を入力してください。"),
    (
        "{name} can mean {n} things where {kind} is wanted.",
        "{name}は{n}件の{kind}に当たります。",
    ),
    (
        "{name} can mean {n} things where {kind} is wanted: {near}.",
        "{name}は{n}件の{kind}に当たります：{near}",
    ),
    (
        "Name one of them by what stands in the brackets.",
        "そのうちの一つを、括弧内の名前で指定してください。",
    ),
    (
        "{name} is {what}, which is not {kind} but: {classes}.",
        "{name}は{what}で、{kind}ではありません（種類：{classes}）。",
    ),
    (
        "{name} is {what}, which is not {kind}; its class is not stated.",
        "{name}は{what}で、{kind}ではありません（種類の記述はありません）。",
    ),
    ("an empty text names nothing.", "空欄では何も指定できません。"),
    ("{name} is no day: {said}.", "{name}という日付はありません。"),
    ("{name} is no date.", "{name}は日付として読めません。"),
    (
        "Write YYYY, YYYY-MM or YYYY-MM-DD.",
        "YYYY、YYYY-MM、YYYY-MM-DDのいずれかで入力してください。",
    ),
    ("{name} is not an IRI.", "{name}はIRIではありません。"),
    ("Give an IRI or ctd:name.", "IRI、またはctd:で始まる名前を入力してください。"),
    ("{value} is not {kind}.", "{value}は{kind}として読めません。"),
    ("parameter {name} needs a value.", "項目{name}は必ず入力してください。"),
    ("parameter {name} has an empty list of values.", "項目{name}に値がありません。"),
    ("parameter {name} cannot be {value}.", "項目{name}に{value}は指定できません。"),
    ("Give a class, such as Workshop.", "Workshopのようなクラス名を指定してください。"),
    ("unknown column {name}.{also}", "{name}という列はありません。{also}"),
    ("Columns: {names}.", "列：{names}"),
    ("a limit of {n} is below 0.", "上限に0より小さい{n}は指定できません。"),
    ("there is nothing to look for.", "検索する語がありません。"),
    ("Give a word or a part of one.", "語またはその一部を入力してください。"),
    # Pages that are not there.
    ("there is nothing at {path}.", "{path} にはページがありません。"),
    ("The page {path} leads to all that there is.", "{path} のページから全てをたどれます。"),
    ("the graph says nothing of <{iri}>.", "グラフには <{iri}> についての記述がありません。"),
    ("there is no IRI.", "IRIが指定されていません。"),
    ("Write /entity?iri=… with the IRI in it.", "/entity?iri=… の形でIRIを指定してください。"),
    ("Write it whole.", "省略せずに指定してください。"),
    ("Write it whole, with its scheme.", "スキームから省略せずに指定してください。"),
    ("{where}: {name} is no absolute IRI.", "{where}：{name}は絶対IRIではありません。"),
    ("there is no source {name}.", "{name}という出典はありません。"),
    ("The page {path} lists them.", "{path} のページに一覧があります。"),
    ("The page {path} lists the kinds.", "{path} のページに種類の一覧があります。"),
    ("See the page {path}.", "{path} のページをご覧ください。"),
    ("See {url} for those that exist.", "{url} に一覧があります。"),
    ("there are no things of the kind {name}.", "{name}という種類のものはありません。"),
    ("there is no page {name}.", "{name}ページ目はありません。"),
    ("There are pages 1 to {n}.", "1～{n}ページ目があります。"),
    ("There is one page.", "ページは1つだけです。"),
    ("the answer has no row {name}.", "回答に{name}行目はありません。"),
    ("It has {n} rows.", "回答は{n}行です。"),
    ("It has one row.", "回答は1行です。"),
    ("there is no file {name}.", "{name}というファイルはありません。"),
    (
        "the ontology does not exist as .{extension}.",
        "オントロジーは.{extension}形式では提供していません。",
    ),
    (
        "the description does not exist as .{extension}.",
        "この記述は.{extension}形式では提供していません。",
    ),
    (
        "{file} has {n} bytes, more than this server sends at once.",
        "{file}は{n}バイトあり、このサーバーが一度に送れる大きさを超えています。",
    ),
    (
        "Take another format, or ask for a part of the graph on the page {path}.",
        "別の形式を選ぶか、{path} のページでグラフの一部を取り出してください。",
    ),
    ("there is no graph <{iri}>.", "<{iri}> というグラフはありません。"),
    # Networks and figures.
    ("there is no view {name}.", "{name}というネットワークはありません。"),
    ("there is no network {name}.", "{name}というネットワークはありません。"),
    (
        "Write /networks/VIEW.EXTENSION; extensions: {names}.",
        "/networks/名前.拡張子 の形で指定してください。拡張子：{names}",
    ),
    ("there is no story {name}.", "{name}というストーリーはありません。"),
    (
        "a story is a page, not {extension}.",
        "ストーリーはページであり、{extension}形式はありません。",
    ),
    ("there is no figure {name}.", "{name}という図はありません。"),
    (
        "the network is empty: nothing fits the filters.",
        "条件に合うものがなく、ネットワークは空です。",
    ),
    ("Ask for more.", "条件を緩めてください。"),
    ("figures are not installed on this server.", "このサーバーでは図の作成機能が使えません。"),
    (
        "Its operator can: pip install 'ctgraph[figures]'. The page .html needs nothing.",
        "運用者が pip install 'ctgraph[figures]' を実行すると使えます。.htmlのページはそのまま"
        "開けます。",
    ),
    ("{value} hops reach nothing.", "段数に{value}は指定できません。"),
    ("Give 1 to 20.", "1～20を指定してください。"),
    ("Give 1 or more.", "1以上を指定してください。"),
    (
        "communities and backbone are both asked for.",
        "communitiesとbackboneは同時に指定できません。",
    ),
    ("Choose one.", "どちらか一つにしてください。"),
    ("no activity has a date.", "日付のある活動がありません。"),
    ("the graph has no {kind}.", "グラフに{kind}がありません。"),
    (
        "the network has {n} nodes; this figure shows {m} at most.",
        "ネットワークのノードは{n}件ですが、この図に描けるのは{m}件までです。",
    ),
    (
        "Filter it, as with ?actor=…, or take the page, whose address ends in .html.",
        "?actor=… などで絞り込むか、末尾が.htmlのページを開いてください。",
    ),
    # Queries: what is asked for.
    ("there is no query.", "クエリがありません。"),
    ('Send {"query": "SELECT …"}.', '{"query": "SELECT …"} の形で送ってください。'),
    (
        "the query has half of a character (a lone surrogate).",
        "クエリに壊れた文字（対にならないサロゲート）があります。",
    ),
    ("the row is not one of the answer.", "この行は回答の行ではありません。"),
    (
        'Send "row" or "triple" as /query/run gave it.',
        "/query/run が返した row または triple をそのまま送ってください。",
    ),
    ("the query has no column {name}.", "クエリに{name}という列はありません。"),
    ("Give the row as the query answered it.", "クエリが返した行をそのまま指定してください。"),
    ("row is no row of an answer.", "rowは回答の行ではありません。"),
    (
        "Give it as SPARQL JSON has it, or use the links of the page.",
        "SPARQL JSONの形で指定するか、ページのリンクを使ってください。",
    ),
    (
        "row: the cell {cell} is neither an IRI nor a literal.",
        "row：列{cell}の値がIRIでもリテラルでもありません。",
    ),
    (
        "evidence is found in the whole graph, not in graphs that the request names.",
        "根拠はグラフ全体から探すため、グラフを指定することはできません。",
    ),
    (
        "Leave default-graph-uri and named-graph-uri out.",
        "default-graph-uriとnamed-graph-uriを外してください。",
    ),
    ("the request holds no query.", "リクエストにクエリがありません。"),
    (
        "Send it as the parameter `query`, exactly once.",
        "パラメーターqueryとして1回だけ送ってください。",
    ),
    (
        "the request holds {n} queries and {m} updates.",
        "リクエストにクエリが{n}件、更新文が{m}件あります。",
    ),
    (
        "Send exactly one query, or one update.",
        "クエリまたは更新文を1件だけ送ってください。",
    ),
    ("an update cannot be sent by {method}.", "更新文は{method}では送れません。"),
    ("Use POST.", "POSTを使ってください。"),
    ("{method} is no way to ask a query.", "クエリを{method}で送ることはできません。"),
    ("Use GET or POST.", "GETまたはPOSTを使ってください。"),
    ("timeout={name} is no time.", "timeout={name}は時間ではありません。"),
    ("Give a number of seconds above 0.", "0より大きい秒数を指定してください。"),
    ("partial={name} means nothing.", "partial={name}という指定はありません。"),
    ("Say partial=ok or nothing.", "partial=okとするか、指定を外してください。"),
    ("the request names several graphs.", "リクエストが複数のグラフを指定しています。"),
    (
        "Say default, or graph=IRI, exactly once.",
        "defaultまたはgraph=IRIを1回だけ指定してください。",
    ),
    (
        "{method} is not allowed: graphs can only be read here.",
        "{method}は使えません。ここではグラフを読むことだけができます。",
    ),
    (
        "The graph is changed by editing its files.",
        "グラフの変更は元のファイルの編集によって行います。",
    ),
    (
        "The graph is changed by editing its files, not by queries.",
        "グラフの変更はクエリではなく、元のファイルの編集によって行います。",
    ),
    (
        "{where} names a file, which is not allowed here.",
        "{where}がファイルを指しています。ここでは許可されていません。",
    ),
    ("updates are not allowed at {path}.", "{path} では更新はできません。"),
    ("{what} is an update, not a query.", "{what}は更新文であり、クエリではありません。"),
    (
        "SERVICE sends parts of the query to another server, which is not allowed here.",
        "SERVICEはクエリの一部を他のサーバーに送るため、ここでは許可されていません。",
    ),
    ("Take it out, or ask that server itself.", "外すか、そのサーバーに直接問い合わせてください。"),
    (
        "FROM names a file, which is not allowed here.",
        "FROMがファイルを指しています。ここでは許可されていません。",
    ),
    (
        "Load the file into the graph and ask without FROM.",
        "ファイルをグラフに読み込み、FROMを外してください。",
    ),
    # Queries: what cannot be read.
    (
        "expected {n} values in each row of VALUES, but found {found}.",
        "VALUESの各行には{n}個の値が必要ですが、{found}があります。",
    ),
    (
        "expected {what}, but found the end of the query.",
        "{what}が必要ですが、クエリがここで終わっています。",
    ),
    ("expected {what}, but found nothing.", "{what}が必要ですが、何も書かれていません。"),
    ("expected {what}, but found {found}.", "{what}があるべきところに{found}があります。"),
    ("expected something else here.", "ここの書き方が文法に合いません。"),
    (
        "The SELECT contains a variable that is unbound.",
        "SELECTに、GROUP BYにも集約関数にも含まれない変数があります。",
    ),
    (
        "The SELECT overrides an existing variable using an expression.",
        "SELECTの式が、既に使われている変数に値を与えようとしています。",
    ),
    (
        "SELECT * is not authorized with GROUP BY.",
        "GROUP BYや集約関数とSELECT * は同時に使えません。",
    ),
    ("Duplicated variable name in SELECT.", "SELECTに同じ変数が2回あります。"),
    ("expected {what}.", "{what}が必要です。"),
    (
        "{said}; expected a language tag, but found {found}.",
        "{found}は言語タグとして読めません。",
    ),
    ("the prefix {what} is not declared.", "接頭辞 {what} は宣言されていません。"),
    ("Declare it with {code}.", "{code} で宣言してください。"),
    ("{what} closes nothing.", "{what}に対応する開き括弧がありません。"),
    ("{what} is not closed.", "{what}が閉じられていません。"),
    ("{what} is not an absolute IRI: {said}.", "{what}は絶対IRIではありません。"),
    ("{what} is not an escape sequence.", "{what}というエスケープはありません。"),
    ("brackets are nested deeper than {n}.", "括弧の入れ子が{n}段を超えています。"),
    (
        "Write the query with fewer groups inside each other.",
        "グループの入れ子を減らしてください。",
    ),
    (
        "the endpoint {url} does not understand it: {said}",
        "エンドポイントがクエリを読み取れません（応答：{said}）",
    ),
    # Queries: what cannot be answered.
    (
        "the query could not be finished: {said}.",
        "クエリを最後まで実行できませんでした（エンジンの応答：{said}）。",
    ),
    (
        "the query cannot be evaluated: {said}.",
        "クエリを評価できません（エンジンの応答：{said}）。",
    ),
    (
        "a server that the query asks with SERVICE failed: {said}.",
        "SERVICEで問い合わせた先のサーバーでエラーが発生しました（{said}）。",
    ),
    (
        "See that its address is right and that it answers, or take SERVICE out.",
        "そのサーバーのアドレスと応答を確認するか、SERVICEを外してください。",
    ),
    ("the query is no {what} query.", "クエリが{what}ではありません。"),
    ("Write {what} …", "{what} … と書いてください。"),
    (
        "the answer is larger than the limit of {n} rows, and nothing is cut silently.",
        "回答が上限の{n}行を超えています。断りなく打ち切ることはしません。",
    ),
    (
        "the answer is larger than the limit of {n} triples, and nothing is cut silently.",
        "回答が上限の{n}トリプルを超えています。断りなく打ち切ることはしません。",
    ),
    (
        "the answer is larger than the limit of {n} bytes, and nothing is cut silently.",
        "回答が上限の{n}バイトを超えています。断りなく打ち切ることはしません。",
    ),
    (
        "Do one of these: ask for less (LIMIT and OFFSET, with ORDER BY); accept a part with "
        "partial=ok.",
        "ORDER BYとLIMIT・OFFSETで範囲を狭めるか、partial=okで一部だけを受け取ってください。",
    ),
    (
        "Do one of these: ask for less (LIMIT and OFFSET, with ORDER BY); accept a part with "
        "partial=ok; take the first {what} {format}.",
        "ORDER BYとLIMIT・OFFSETで範囲を狭めるか、partial=okで一部だけを受け取るか、先頭の部分を"
        "他の形式で受け取ってください。",
    ),
    (
        "the answer holds a control character, which XML cannot.",
        "回答に、XMLでは表せない制御文字があります。",
    ),
    (
        "Accept another format: JSON for a table, Turtle for triples.",
        "別の形式（表はJSON、トリプルはTurtle）を指定してください。",
    ),
    (
        "RDF/XML cannot write the property <{iri}>: it does not end in a name.",
        "プロパティ <{iri}> は末尾が名前でないため、RDF/XMLでは書けません。",
    ),
    ("Accept another format, such as Turtle.", "Turtleなど別の形式を指定してください。"),
    ("Use Turtle or another format.", "Turtleなど別の形式を選んでください。"),
    ("Use turtle or another format.", "Turtleなど別の形式を選んでください。"),
    ("Use json, tsv or turtle instead.", "JSON、TSV、Turtleのいずれかを選んでください。"),
    (
        "RDF/XML cannot hold the character {code}, which stands in {name}.",
        "{name}にある文字{code}はRDF/XMLでは表せません。",
    ),
    (
        "XML cannot hold the character {code}, which stands in {name}.",
        "{name}にある文字{code}はXMLでは表せません。",
    ),
    (
        "the query was stopped after {n} seconds.",
        "{n}秒の制限時間を超えたため、クエリを中止しました。",
    ),
    ("Allow more time, or narrow the query.", "時間を延ばすか、クエリを絞り込んでください。"),
    (
        "{url}: no whole answer within {n} seconds.",
        "エンドポイントが{n}秒以内に回答を返し終えませんでした。",
    ),
    (
        "no process could be started for the query: {said}.",
        "クエリを実行するプロセスを起動できませんでした。",
    ),
    (
        "Ask without a time limit, or try again later.",
        "しばらくしてからもう一度お試しください。",
    ),
    ("the answer is larger than {n} MiB.", "回答が{n} MiBを超えています。"),
    ("Ask for less with LIMIT, or ask without a time limit.", "LIMITで範囲を狭めてください。"),
    (
        "the process that answered the query died.",
        "クエリに回答していたプロセスが異常終了しました。",
    ),
    (
        "It may have run out of memory; narrow the query.",
        "メモリが不足した可能性があります。クエリを絞り込んでください。",
    ),
    ("a time limit of {n} seconds means nothing.", "{n}秒という制限時間は使えません。"),
    (
        "a sheet cannot hold {n} rows of {m} columns (at most {said}).",
        "表計算のシートに{n}行{m}列は収まりません。",
    ),
    ("Use csv, or set a limit.", "CSVを使うか、件数を制限してください。"),
    ("{format} cannot hold {what}.", "{format}形式では{what}を表せません。"),
    ("These can: {names}.", "使える形式：{names}"),
    # What HTTP says.
    (
        "{what} does not exist in a media type that the request accepts.",
        "リクエストのAcceptに合う形式では{what}を提供していません。",
    ),
    ("Accept one of: {names}.", "Acceptに次のいずれかを指定してください：{names}"),
    ("format={name} means no format.", "format={name}という形式はありません。"),
    ("the header Accept is longer than {n} characters.", "Acceptヘッダーが{n}文字を超えています。"),
    ("Name only the types you want.", "必要な形式だけを指定してください。"),
    ("the media type {name} is not understood.", "メディアタイプ{name}は読み取れません。"),
    (
        "a body without a Content-Type is not understood.",
        "Content-Typeのない本文は読み取れません。",
    ),
    ("Send one of: {names}.", "次のいずれかで送ってください：{names}"),
    ("the charset {name} is not understood.", "文字コード{name}は読み取れません。"),
    (
        "the encoding {name} of the body is not understood.",
        "本文の圧縮形式{name}は読み取れません。",
    ),
    ("Send UTF-8.", "UTF-8で送ってください。"),
    ("the body is not UTF-8.", "本文がUTF-8ではありません。"),
    ("the body has to be application/json.", "本文はapplication/jsonでなければなりません。"),
    ("the body is not JSON: {said}.", "本文がJSONではありません。"),
    ("the body is not a JSON object.", "本文がJSONのオブジェクトではありません。"),
    ("the form has more than {n} fields.", "フォームの項目が{n}個を超えています。"),
    ("the URL is too long.", "URLが長すぎます。"),
    ("Send the query in the body of a POST.", "クエリはPOSTの本文で送ってください。"),
    ("the URL is not UTF-8.", "URLがUTF-8ではありません。"),
    ("Percent-encode it as UTF-8.", "UTF-8でパーセントエンコードしてください。"),
    ("the query string has too many fields.", "URLのパラメーターが多すぎます。"),
    ("the body is larger than {n} MiB.", "本文が{n} MiBを超えています。"),
    ("Send less at once.", "一度に送る量を減らしてください。"),
    ("Send the body as it is.", "本文は圧縮せずに送ってください。"),
    (
        "the answer is not the one that If-Match or If-Unmodified-Since names.",
        "回答はIf-MatchまたはIf-Unmodified-Sinceで指定されたものではありません。",
    ),
    ("Ask again without that header.", "そのヘッダーを付けずにもう一度お試しください。"),
    (
        "using-graph-uri and using-named-graph-uri belong to an update.",
        "using-graph-uriとusing-named-graph-uriは更新専用です。",
    ),
    (
        "Name the graphs of a query with default-graph-uri and named-graph-uri.",
        "クエリのグラフはdefault-graph-uriとnamed-graph-uriで指定してください。",
    ),
    ("the body did not arrive within {n} seconds.", "本文が{n}秒以内に届きませんでした。"),
    ("timeout={text} is no number of seconds.", "timeout={text}は秒数ではありません。"),
    ("Write timeout=5.", "timeout=5 のように指定してください。"),
    (
        "the request must have one header Host that names a host.",
        "ホスト名を示すHostヘッダーが一つ必要です。",
    ),
    ("{method} means nothing here.", "ここで{method}は使えません。"),
    ("Use {names}.", "使えるメソッド：{names}"),
    # What the service says of itself.
    ("the service is about to end.", "サービスは間もなく終了します。"),
    (
        "this is a bug in the service; its log says more under the number of this request.",
        "サービスの不具合です。詳細は、このリクエストの番号でログに記録されています。",
    ),
    (
        "the answer needs more than the {n} MiB of memory that it may take.",
        "回答に必要なメモリが上限の{n} MiBを超えました。",
    ),
    (
        "Narrow the question: fewer patterns without a join, a LIMIT inside a subquery.",
        "質問を絞り込んでください。互いに結び付かないパターンを減らすか、副問い合わせにLIMITを"
        "付けてください。",
    ),
    ("the question is nested too deeply for the engine.", "質問の入れ子が深すぎます。"),
    (
        "Write it with fewer parentheses or operators inside each other.",
        "括弧や演算子の入れ子を減らしてください。",
    ),
    (
        "the process that worked on the answer died.",
        "回答を作成していたプロセスが異常終了しました。",
    ),
    (
        "Ask again; if it dies again, narrow the question.",
        "もう一度お試しください。繰り返す場合は、質問を絞り込んでください。",
    ),
    (
        "the work on the answer was stopped after {n} seconds.",
        "{n}秒の制限時間を超えたため、中止しました。",
    ),
    (
        "Ask for less, or allow more time with timeout= in the URL if the service permits more.",
        "内容を絞り込むか、サービスの上限の範囲内でURLのtimeout=を大きくしてください。",
    ),
    (
        "no place became free in time; the service is busy with other requests.",
        "順番が来る前に制限時間になりました。サービスが混み合っています。",
    ),
    (
        "too many requests are waiting; the service is busy with other requests.",
        "順番待ちが多すぎます。サービスが混み合っています。",
    ),
    ("Ask again in a few seconds.", "数秒後にもう一度お試しください。"),
    (
        "the SPARQL endpoint behind this service did not answer as it should.",
        "このサービスが使うSPARQLエンドポイントから正しい応答がありません。",
    ),
    ("the graph cannot be read just now.", "現在、グラフを読み取れません。"),
    ("Try again later.", "しばらくしてからもう一度お試しください。"),
)

_NOUNS = {
    # Kinds of things and values.
    "actor": "主体",
    "place": "場所",
    "fiscal year": "年度",
    "section of a source": "出典の箇所",
    "goal": "目標",
    "instrument": "条約・文書",
    "source": "出典",
    "claim": "主張",
    "activity": "活動",
    "indicator": "指標",
    "topic": "主題",
    "role": "役割",
    "basis": "明示・推論の別",
    "concept": "概念",
    "thing of the graph": "グラフ内のもの",
    "text": "文字列",
    "whole number": "整数",
    "date": "日付",
    "true or false": "はい・いいえの値",
    "contribution": "拠出",
    "question": "質問",
    "filter": "絞り込み条件",
    "view": "ネットワーク",
    "kind": "種類",
    "size": "大きさ",
    "language": "言語",
    "format": "形式",
    "format of a figure": "図の形式",
    "kind of figure": "図の種類",
    "kind of value": "値の種類",
    "part": "部分",
    "story": "ストーリー",
    "table": "表",
    "triples": "トリプル",
    "row": "行",
    # What is to be written.
    "name, acronym, CURIE or IRI": "名称、略称、CURIEまたはIRI",
    "name, CURIE or IRI": "名称、CURIEまたはIRI",
    "year such as 2023, FY2023 or 令和5年度": "2023、FY2023、令和5年度のような年度",
    "its identifier, such as a07, a CURIE or an IRI": "a07のような識別子、CURIEまたはIRI",
    "stated or inferred": "「明示」か「推論」",
    "any text": "任意の文字列",
    "whole number such as 3": "3のような整数",
    "date as YYYY-MM-DD, such as 2023-04-01": "2023-04-01のような日付（YYYY-MM-DD）",
    # Parts of a query.
    "end of the query": "クエリの終わり",
    "expression in brackets or a function call": "括弧で囲んだ式または関数の呼び出し",
    "expression in brackets": "括弧で囲んだ式",
    "rest of an expression": "式の残り",
    "expression": "式",
    "IRI in angle brackets": "山括弧で囲んだIRI",
    "IRI, a literal or UNDEF": "IRI、リテラルまたはUNDEF",
    "variable or an IRI": "変数またはIRI",
    "AS and a variable": "ASと変数",
    "variable": "変数",
    "prefix such as ct:": "ct: のような接頭辞",
    "* or the variables to select": "* または選択する変数",
    "* or what to describe": "* または記述の対象",
    "what to group by": "まとめる基準",
    "what to order by": "並べる基準",
    "language tag": "言語タグ",
    "datatype": "データ型",
    "property or path": "プロパティまたはパス",
    "object of a triple": "トリプルの目的語",
    "triple, FILTER, OPTIONAL, BIND, VALUES or '}'": (
        "トリプル、FILTER、OPTIONAL、BIND、VALUES、「}」のいずれか"
    ),
    # What has a representation.
    "answer": "回答",
    "result": "結果",
    "graph": "グラフ",
    "description": "記述",
    "ontology": "オントロジー",
}

_QUOTED = r"""(?:'(?:[^'\\]|\\.)*(?:'|…)|"(?:[^"\\]|\\.)*(?:"|…))"""
_SHAPES = {"line": r"\d+", "column": r"\d+", "n": r"[\d.,e+-]+", "m": r"[\d.,e+-]+"}
_SHAPES |= {"name": _QUOTED, "also": r"(?: Did you mean .+)?"}
_LONGEST = 2000


def say(message: str, hint: str, lang: str) -> str:
    """A message with its hint behind it, in a language.

    Args:
        message: What is wrong, in English.
        hint: What to do about it, in English; empty if nothing can be said.
        lang: ``en`` or ``ja``.

    Example:
        >>> say("unknown actor 'UNODCC'. Did you mean UNODC?", "Write a name.", "ja")
        '「UNODCC」に当たる主体はありません。もしかして: UNODC。Write a name.'
    """
    said = [translate(text, lang) for text in (message, hint) if text]
    if lang != "ja":
        return " ".join(said)
    return "".join([*(f"{text.removesuffix('。')}。" for text in said[:-1]), *said[-1:]])


def translate(text: str, lang: str = "ja") -> str:
    """A message or a hint in a language; one that is not known here stays as it is.

    Args:
        text: One message, or one hint, in English.
        lang: ``en`` or ``ja``.

    Example:
        >>> translate("unknown actor 'UNODCC'. Did you mean UNODC?")
        '「UNODCC」に当たる主体はありません。もしかして: UNODC'
        >>> translate("query, line 2, column 5: expected a variable, but found '}'.")
        'クエリの2行目5文字目：変数があるべきところに「}」があります。'
    """
    return text if lang != "ja" else find(text) or text


def find(text: str) -> str | None:
    """The Japanese for a message or a hint; None if there is none.

    Args:
        text: The English.
    """
    if len(text) > _LONGEST:
        return None
    for start, pattern, japanese in _patterns():
        match = pattern.fullmatch(text) if text.startswith(start) else None
        if match and all(_is_known(match, brace) for brace in ("kind", "form")):
            return "".join(
                _say(piece, match[piece]) if place % 2 else piece
                for place, piece in enumerate(_BRACES.split(japanese))
            )
    return None


_BRACES = re.compile(r"\{([a-z]+)\}")


@functools.cache
def _patterns() -> list[tuple[str, re.Pattern[str], str]]:
    """Of each sentence how it begins, the pattern that it is, and the Japanese."""
    made = []
    for english, japanese in _SENTENCES:
        pieces = _BRACES.split(english)
        pattern = "".join(
            f"(?P<{piece}>{_SHAPES.get(piece, '.+?')})" if place % 2 else re.escape(piece)
            for place, piece in enumerate(pieces)
        )
        made.append((pieces[0], re.compile(pattern, re.DOTALL), japanese))
    return made


def _is_known(match: re.Match[str], brace: str) -> bool:
    return brace not in match.groupdict() or _bare(match[brace]) in _NOUNS


def _say(name: str, value: str) -> str:
    """What stands in a brace, in Japanese as far as it is not the visitor's own words."""
    if name == "also":
        return find(value.strip()) or ""
    if name == "rest":
        return find(value) or f"読み取れません（エンジンの応答：{value}）"
    if name == "near" and value.endswith((")", "); …")):
        return "、".join(map(_named, re.split(r"(?<=\)) or |(?<=\)); ", value)))
    if name in ("near", "names", "where", "classes"):
        return re.sub(r", | or | and |; ", "、", value)
    if name in ("kind", "what", "form", "found"):
        return _noun(value)
    return _quoted(value)


def _named(thing: str) -> str:
    """A thing that is told with its labels in both languages, with the Japanese one alone."""
    match = re.fullmatch(r".* / (.*) \((\S+)\)", thing)
    return f"{match[1]} ({match[2]})" if match else thing


def _noun(text: str) -> str:
    if _bare(text) in _NOUNS:
        return _NOUNS[_bare(text)]
    words = [_quoted(word) for word in re.split(r", | or ", text)]
    return "または".join(("、".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def _bare(noun: str) -> str:
    return re.sub(r"\A(an?|the) ", "", noun)


def _quoted(text: str) -> str:
    """A text that Python quoted, in Japanese quotes."""
    if len(text) < 2 or text[0] not in "'\"" or text[-1] not in (text[0], "…"):
        return text
    try:
        return f"「{ast.literal_eval(text)}」"
    except (SyntaxError, ValueError):
        return f"「{text[1:].removesuffix(text[0])}」"
