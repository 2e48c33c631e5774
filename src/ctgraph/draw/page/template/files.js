// What the reader takes away: the picture as PNG, the ties that are shown as CSV, the link.

function save(name, blob) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

const fileName = (ending) => "ctgraph-" + (page.view || "network") + "-" + state.lang + ending;

// A program for tables takes what begins like this for a formula.
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function field(value) {
  let text = String(value);
  if (typeof value !== "number" && FORMULA.test(text)) text = "'" + text;
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function csv() {
  const rows = [["source", "source_label", "target", "target_label", "weight", "basis", "roles",
    "activities", "quotes", "sources"]];
  for (const [number, kept] of seen.edges) {
    const edge = page.edges[number];
    const said = kept.parts.flatMap((part) => part.claims.map((claim) => page.claims[claim]));
    const quotes = new Set(said.map((claim) => claim.quote).filter(Boolean));
    const sources = new Set(said.map((claim) => claim["told_" + state.lang]).filter(Boolean));
    rows.push([
      page.nodes[edge.from].iri, nodeName(edge.from), page.nodes[edge.to].iri, nodeName(edge.to),
      kept.weight, kept.basis, roleNames(edge, kept).join("; "),
      kept.parts.map((part) => inLanguage(part.name)).join("; "),
      [...quotes].map(quoteMarks).join(" "), [...sources].join("; "),
    ]);
  }
  // The mark tells Excel that this is UTF-8.
  return "\ufeff" + rows.map((row) => row.map(field).join(",") + "\r\n").join("");
}

$("save-csv").addEventListener("click", () => {
  save(fileName(".csv"), new Blob([csv()], { type: "text/csv;charset=utf-8" }));
});

// The picture as it stands, with the words that make it citable.
function picture() {
  const whole = document.createElement("canvas");
  const scale = canvas.width / canvas.clientWidth;
  const line = 20 * scale;
  const { from, version } = origin();
  whole.width = canvas.width;
  whole.height = canvas.height + 5 * line;
  const pen = whole.getContext("2d");
  const face = page.options.nodes.font.face;
  const write = (text, y, size, weight) => {
    pen.font = weight + " " + size * scale + "px " + face;
    pen.fillText(text, line / 2, y, whole.width - line);
  };
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, whole.width, whole.height);
  pen.drawImage(canvas, 0, 2.6 * line);
  pen.fillStyle = "#16202a";
  write(inLanguage(page.title), 1.1 * line, 17, "600");
  write($("summary").textContent, 2.1 * line, 12, "400");
  write(from, whole.height - 1.3 * line, 11, "400");
  write(version, whole.height - 0.4 * line, 11, "400");
  return whole;
}

$("save-png").addEventListener("click", () => {
  picture().toBlob((blob) => save(fileName(".png"), blob), "image/png");
});

$("copy-link").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    announce(word("copied"));
  } catch {
    // A file opened from disk may not write to the clipboard; the address bar has the link too.
    announce(word("link_in_address"));
  }
});
