#!/bin/bash
# @triply/yasqe 4.2.28, the editor of YASGUI: what is set as `defaultGraphs` is never sent.
#
# The request carries the list of `namedGraphs` in the place of the default graphs. A page that sets only
# default graphs so sends an empty list: the endpoint is asked without default-graph-uri and answers from
# its own default graph, with status 200 and other rows than those that were asked for. A page that sets
# both sends the named graphs twice, so that patterns outside GRAPH match what should be reached through
# GRAPH alone. Named graphs alone are sent as they should be. For updates the name of the parameter
# ends in a space besides, in both cases.
#
# Write FROM and FROM NAMED into the query, or give the graphs as `args`, which are sent as they are.
#
# Run without ctgraph, in a folder of its own, with npm and Debian's chromium; fails when this changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm pack --silent @triply/yasqe@4.2.28 >/dev/null
tar xzf triply-yasqe-4.2.28.tgz
cat >page.html <<'HTML'
<!DOCTYPE html><meta charset="utf-8"><div id="editor"></div><pre id="sent"></pre>
<script src="package/build/yasqe.min.js"></script>
<script>
const main = ["https://example.org/main"], named = ["https://example.org/one"];
const editor = new Yasqe(document.getElementById("editor"), { persistenceId: null });
const sent = (text, graphs) => {
  editor.setValue(text);
  const config = { ...editor.config.requestConfig, ...graphs };
  const { query, update, ...others } = Yasqe.Sparql.getUrlArguments(editor, config);
  return others;
};
const read = "SELECT * { ?s ?p ?o }", write = "DELETE WHERE { ?s ?p ?o }";
const lines = [
  sent(read, { defaultGraphs: main, namedGraphs: [] }),
  sent(read, { defaultGraphs: main, namedGraphs: named }),
  sent(read, { defaultGraphs: [], namedGraphs: named }),
  sent(write, { defaultGraphs: main, namedGraphs: named }),
  sent(read, { args: [{ name: "default-graph-uri", value: main[0] }] }),
];
document.getElementById("sent").textContent = lines.map((one) => JSON.stringify(one)).join("\n");
</script>
HTML
chromium --headless --no-sandbox --disable-gpu --user-data-dir="$folder/profile" \
  --virtual-time-budget=5000 --dump-dom "file://$folder/page.html" 2>/dev/null >dom.html
python3 - <<'PYTHON'
import html, json, re

found = re.search(r'<pre id="sent">(.*?)</pre>', open("dom.html", encoding="utf-8").read(), re.S)
sent = [json.loads(line) for line in html.unescape(found[1]).splitlines()]
titles = "default graphs", "both", "named graphs", "both, in an update", "default graphs as args"
for title, one in zip(titles, sent, strict=True):
    print(f"{title}: {one}")
main, named = ["https://example.org/main"], ["https://example.org/one"]
assert sent[0] == {"default-graph-uri": []}
assert sent[1] == {"default-graph-uri": named, "named-graph-uri": named}
assert sent[2] == {"named-graph-uri": named}
assert sent[3] == {"using-graph-uri ": named, "using-named-graph-uri ": named}
assert sent[4] == {"default-graph-uri": main}
PYTHON
echo "seen as described"
