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
  const rows = [
    [
      "source",
      "source_label",
      "target",
      "target_label",
      "weight",
      "basis",
      "roles",
      "activities",
      "quotes",
      "sources",
    ],
  ];
  for (const [number, kept] of seen.edges) {
    const edge = page.edges[number];
    const said = kept.parts.flatMap((part) => part.claims.map((claim) => page.claims[claim]));
    const quotes = new Set(said.map((claim) => claim.quote).filter(Boolean));
    const sources = new Set(said.map((claim) => claim["told_" + state.lang]).filter(Boolean));
    rows.push([
      page.nodes[edge.from].iri,
      nodeName(edge.from),
      page.nodes[edge.to].iri,
      nodeName(edge.to),
      kept.weight,
      kept.basis,
      roleNames(edge, kept).join("; "),
      kept.parts.map((part) => inLanguage(part.name)).join("; "),
      [...quotes].map(quoteMarks).join(" "),
      [...sources].join("; "),
    ]);
  }
  // The mark tells Excel that this is UTF-8.
  return "\ufeff" + rows.map((row) => row.map(field).join(",") + "\r\n").join("");
}

$("save-csv").addEventListener("click", () => {
  save(fileName(".csv"), new Blob([csv()], { type: "text/csv;charset=utf-8" }));
});

// --- the picture as it stands, with its legend and the words that make it citable

const MARGIN = 16;

function legendItems(top, wide) {
  const items = [];
  const size = 14;
  let [x, y] = [MARGIN, top];
  const add = (room, text, drawn) => {
    const length = room + 6 + textWidth(text, size) + 18;
    if (x > MARGIN && x + length > wide - MARGIN) [x, y] = [MARGIN, y + 22];
    items.push(...drawn(x, y + 9), {
      type: "text",
      lines: [text],
      size,
      x: x + room + 6,
      y: y + 1,
      fill: colour("ink"),
      align: "left",
    });
    x += length;
  };
  for (const { look, text } of legendKinds().filter(({ group }) => !state.hidden.has(group))) {
    add(14, text, (left, middle) => [
      {
        type: "shapes",
        shape: look.shape,
        places: [[left + 7, middle, 6]],
        fill: colour(look.inside),
        stroke: colour(look.rim),
        width: look.thick ? 2.5 : 1,
      },
    ]);
  }
  for (const { stroke, dash, text } of legendLines()) {
    add(30, text, (left, middle) => [
      { type: "lines", lines: [[left, middle, left + 30, middle]], stroke, width: 2.5, dash },
    ]);
  }
  for (const { fill, text } of legendGroups()) {
    add(14, text, (left, middle) => {
      const box = { left, right: left + 14, top: middle - 6, bottom: middle + 6 };
      return [{ type: "area", points: cornersOf(box), fill, stroke: colour("strong-line"), width: 1 }];
    });
  }
  return { items, bottom: y + 22 };
}

// Lines of a text that is too wide, broken where its language breaks.
function broken(text, size, wide) {
  const lines = [""];
  for (const { segment } of new Intl.Segmenter(state.lang, { granularity: "word" }).segment(text)) {
    if (textWidth(lines.at(-1) + segment, size) > wide && lines.at(-1)) lines.push("");
    lines[lines.length - 1] += segment;
  }
  return lines.map((line) => line.trim());
}

// The logo of the theme stands in the upper right corner, on a plate of its own.
const LOGO = 34;
function logoBox(wide) {
  const logo = $("logo");
  if (!logo || !logo.naturalWidth) return { room: 0 };
  const across = Math.min(wide / 4, (LOGO * logo.naturalWidth) / logo.naturalHeight);
  const high = (across * logo.naturalHeight) / logo.naturalWidth;
  return { room: across + MARGIN, x: wide - MARGIN - across, y: 10, wide: across, high };
}

function logoPlate(wide) {
  const { room, x, y, wide: across, high } = logoBox(wide);
  const box = { left: x - 3, right: x + across + 3, top: y - 3, bottom: y + high + 3 };
  return room ? [{ type: "area", points: cornersOf(box), fill: colour("plate") }] : [];
}

function sheet() {
  const wide = screen.wide;
  const { from, version } = origin();
  const text = (words, y, size, fill, weight, aside = 0) => ({
    type: "text",
    lines: broken(words, size, wide - 2 * MARGIN - aside),
    size,
    weight,
    x: MARGIN,
    y,
    fill,
    align: "left",
  });
  const high = (item) => item.lines.length * LEADING * item.size;
  const title = text(inLanguage(page.title), 12, 24, colour("ink"), 600, logoBox(wide).room);
  const summary = text($("summary").textContent, title.y + high(title) + 4, 15, colour("soft"));
  const top = summary.y + high(summary) + 6;
  const legend = legendItems(top + screen.high + 8, wide);
  const source = text(from, legend.bottom + 4, 12, colour("soft"));
  const edition = text(version, source.y + high(source) + 2, 12, colour("soft"));
  return {
    wide,
    high: Math.ceil(edition.y + high(edition) + 10),
    top,
    words: [...logoPlate(wide), title, summary, ...legend.items, source, edition],
  };
}

const SHARPEST = 3;
function picture() {
  const { wide, high, top, words } = sheet();
  const drawn = make("canvas", { width: wide * SHARPEST, height: high * SHARPEST });
  const context = drawn.getContext("2d");
  context.scale(SHARPEST, SHARPEST);
  context.fillStyle = colour("paper");
  context.fillRect(0, 0, wide, high);
  context.save();
  context.beginPath();
  context.rect(0, top, wide, screen.high);
  context.clip();
  context.translate(0, top);
  paint(context, makeScene());
  context.restore();
  paint(context, words);
  const logo = logoBox(wide);
  if (logo.room) context.drawImage($("logo"), logo.x, logo.y, logo.wide, logo.high);
  return drawn;
}

function vectorPicture() {
  const { wide, high, top, words } = sheet();
  const clip = svg(
    "clipPath",
    { id: "picture" },
    svg("rect", { width: wide, height: screen.high }),
  );
  const style = svg("style", {});
  style.textContent = $("fonts").textContent;
  const drawn = svg(
    "svg",
    {
      viewBox: "0 0 " + wide + " " + high,
      width: wide,
      height: high,
      "font-family": FACE,
      lang: state.lang,
    },
    svg("title", {}),
    svg("defs", {}, style, clip),
    svg("rect", { width: wide, height: high, fill: colour("paper") }),
    svg(
      "g",
      { transform: "translate(0 " + short(top) + ")", "clip-path": "url(#picture)" },
      ...drawSvg(makeScene()),
    ),
    ...drawSvg(words),
  );
  const { room, x, y, wide: across, high: tall } = logoBox(wide);
  if (room) {
    drawn.append(svg("image", { x, y, width: across, height: tall, href: $("logo").src }));
  }
  drawn.firstChild.textContent = inLanguage(page.title);
  return new XMLSerializer().serializeToString(drawn) + "\n";
}

$("save-png").addEventListener("click", () => {
  picture().toBlob((blob) => save(fileName(".png"), blob), "image/png");
});
$("save-svg").addEventListener("click", () => {
  save(fileName(".svg"), new Blob([vectorPicture()], { type: "image/svg+xml" }));
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
