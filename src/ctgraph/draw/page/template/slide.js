// The picture as a slide of shapes that can be edited, ties glued to nodes (ECMA-376, Office Open
// XML; PKWARE, .ZIP File Format Specification). Nothing is made before somebody asks.

const EMU = 12700; // to the point
// How far shapes reach in the picture, where a circle has the radius 1.
const REACH = {
  square: 0.88,
  diamond: 1.15,
  triangle: 1.08,
  triangleDown: 1.08,
  hexagon: 1.1,
  star: 1.14,
};

const escaped = (text) =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "")
    .replace(/[<>&"]/g, (sign) => "&#" + sign.charCodeAt(0) + ";");

function solid(shade, alpha = 1) {
  const part = alpha < 1 ? '<a:alpha val="' + Math.round(alpha * 100000) + '"/>' : "";
  const value = shade.slice(1, 7).toUpperCase();
  return '<a:solidFill><a:srgbClr val="' + value + '">' + part + "</a:srgbClr></a:solidFill>";
}

function outlineXml({ stroke, width, dash, alpha }, points, head = "") {
  if (!stroke) return "<a:ln><a:noFill/></a:ln>";
  const wide = Math.max(1, Math.round(width * points * EMU));
  const dashed = dash ? '<a:prstDash val="dash"/>' : "";
  return '<a:ln w="' + wide + '">' + solid(stroke, alpha) + dashed + head + "</a:ln>";
}

function areaGeometry(points, { left, top, wide, high }) {
  const at = ([x, y]) => '<a:pt x="' + Math.round(x - left) + '" y="' + Math.round(y - top) + '"/>';
  const [first, ...rest] = points;
  return (
    '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="' +
    Math.round(wide) +
    '" h="' +
    Math.round(high) +
    '"><a:moveTo>' +
    at(first) +
    "</a:moveTo>" +
    rest.map((point) => "<a:lnTo>" + at(point) + "</a:lnTo>").join("") +
    "<a:close/></a:path></a:pathLst></a:custGeom>"
  );
}

// The part of a line within a box (Liang and Barsky, 1984), or null.
function clipped([x, y, toX, toY], { left, right, top, bottom }) {
  let [low, high] = [0, 1];
  for (const [start, along, near, far] of [
    [x, toX - x, left, right],
    [y, toY - y, top, bottom],
  ]) {
    if (along === 0) {
      if (start < near || start > far) return null;
      continue;
    }
    const [enter, leave] = [(near - start) / along, (far - start) / along].sort((a, b) => a - b);
    [low, high] = [Math.max(low, enter), Math.min(high, leave)];
  }
  if (low >= high) return null;
  const at = (part) => [x + (toX - x) * part, y + (toY - y) * part];
  return { line: [...at(low), ...at(high)], isCutAtStart: low > 0, isCutAtEnd: high < 1 };
}

function slideXml(deck) {
  const { wide, high, top, words } = sheet();
  const points = Math.min(deck.size[0] / wide, deck.size[1] / high); // to the pixel
  const aside = { x: (deck.size[0] - wide * points) / 2, y: (deck.size[1] - high * points) / 2 };
  let shift = 0; // where the picture begins in the sheet
  const toX = (x) => (x * points + aside.x) * EMU;
  const toY = (y) => ((y + shift) * points + aside.y) * EMU;
  const placed = ([x, y]) => [toX(x), toY(y)];
  const boxed = (left, upper, right, lower) => ({
    left: toX(left),
    top: toY(upper),
    wide: toX(right) - toX(left),
    high: toY(lower) - toY(upper),
  });
  const extent = ({ left, top: upper, wide: across, high: down }) =>
    '<a:off x="' +
    Math.round(left) +
    '" y="' +
    Math.round(upper) +
    '"/><a:ext cx="' +
    Math.round(across) +
    '" cy="' +
    Math.round(down) +
    '"/>';

  // A node keeps its number, so that ties that come first can name it.
  const idOf = (number) => 10 + number;
  let last = 10 + page.nodes.length;
  const head = (id, name, told = name) =>
    '<p:cNvPr id="' +
    id +
    '" name="' +
    escaped(name).slice(0, 120) +
    '" descr="' +
    escaped(told) +
    '"/>';

  const languageOf = (text) =>
    /[\u3040-\u30ff\u4e00-\u9fff\uff00-\uffef]/.test(text) ? "ja-JP" : "en-US";
  function paragraphs({ lines, size, weight, fill, alpha, align }) {
    const [latin, asian] = deck.faces;
    const to = { left: "l", right: "r" }[align] || "ctr";
    return lines
      .map(
        (line) =>
          '<a:p><a:pPr algn="' +
          to +
          '"><a:lnSpc><a:spcPts val="' +
          Math.round(size * points * LEADING * 100) +
          '"/></a:lnSpc></a:pPr><a:r><a:rPr lang="' +
          languageOf(line) +
          '" sz="' +
          Math.round(size * points * 100) +
          '" b="' +
          (weight >= 600 ? 1 : 0) +
          '">' +
          solid(fill, alpha) +
          '<a:latin typeface="' +
          latin +
          '"/><a:ea typeface="' +
          asian +
          '"/><a:cs typeface="' +
          latin +
          '"/></a:rPr><a:t>' +
          escaped(line) +
          "</a:t></a:r></a:p>",
      )
      .join("");
  }
  const textBody = (text, anchor) =>
    '<p:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="' +
    anchor +
    '"><a:noAutofit/></a:bodyPr><a:lstStyle/>' +
    (text ? paragraphs(text) : "<a:p/>") +
    "</p:txBody>";

  function shapeXml(id, name, box, geometry, look, text = null, told = name) {
    const fill = look.fill ? solid(look.fill, look.alpha) : "<a:noFill/>";
    return (
      "<p:sp><p:nvSpPr>" +
      head(id, name, told) +
      "<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>" +
      extent(box) +
      "</a:xfrm>" +
      geometry +
      fill +
      outlineXml(look, points) +
      "</p:spPr>" +
      textBody(text, "ctr") +
      "</p:sp>"
    );
  }

  function textBox(item) {
    const across = Math.max(...item.lines.map((line) => textWidth(line, item.size, item.weight)));
    const left = item.x - across * ({ left: 0, right: 1 }[item.align] ?? 0.5);
    return boxed(left, item.y, left + across, item.y + item.lines.length * LEADING * item.size);
  }
  function textXml(item, id = (last += 1), kind = "") {
    const isTitle = kind === "title";
    const locked = isTitle
      ? '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="title"/></p:nvPr>'
      : '<p:cNvSpPr txBox="1"/><p:nvPr/>';
    const box = textBox(item);
    // Other letters may need more room than those of the page.
    if (isTitle) box.wide = toX(wide - MARGIN - logoBox(wide).room) - box.left;
    return (
      "<p:sp><p:nvSpPr>" +
      head(id, item.lines.join(" "), "") +
      locked +
      "</p:nvSpPr><p:spPr><a:xfrm>" +
      extent(box) +
      '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>' +
      textBody(item, "t") +
      "</p:sp>"
    );
  }

  const grown = (shape, radius) => radius * (REACH[shape] || 1);
  const nodeBox = (shape, [x, y, radius]) => {
    const half = grown(shape, radius);
    return boxed(x - half, y - half, x + half, y + half);
  };

  // --- nodes, each with its name in a group
  const scene = sceneParts();
  const names = new Map(
    scene.names.filter(({ number }) => number !== undefined).map((item) => [item.number, item]),
  );
  const drawn = new Set(scene.nodes.flatMap(({ numbers }) => numbers || []));
  function nodeXml(item, place, number) {
    const box = nodeBox(item.shape, place);
    if (number === undefined)
      return shapeXml((last += 1), item.shape, box, deck.shapes[item.shape].geometry, item);
    const kind = inLanguage(page.kinds[page.nodes[number].kind]);
    const told = nodeName(number) + " (" + kind + ")";
    const node = shapeXml(
      idOf(number),
      nodeName(number),
      box,
      deck.shapes[item.shape].geometry,
      item,
      null,
      told,
    );
    const name = names.get(number);
    if (!name) return node;
    const label = textBox(name);
    const around = {
      left: Math.min(box.left, label.left),
      top: Math.min(box.top, label.top),
      wide: Math.max(box.left + box.wide, label.left + label.wide) - Math.min(box.left, label.left),
      high: Math.max(box.top + box.high, label.top + label.high) - Math.min(box.top, label.top),
    };
    const inner = extent(around).replace("a:off", "a:chOff").replace("a:ext ", "a:chExt ");
    return (
      "<p:grpSp><p:nvGrpSpPr>" +
      head((last += 1), nodeName(number), told) +
      "<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>" +
      extent(around) +
      inner +
      "</a:xfrm></p:grpSpPr>" +
      node +
      textXml(name) +
      "</p:grpSp>"
    );
  }

  // --- lines, glued where their ends are on the slide
  function lineXml(
    line,
    look,
    { from = null, to = null, isArrow = false, name = "", told = name } = {},
  ) {
    const all = { left: 0, right: screen.wide, top: 0, bottom: screen.high };
    const cut = clipped(line, shift ? all : { ...all, bottom: high });
    if (!cut) return "";
    const [x, y] = cut.line;
    let [, , endX, endY] = cut.line;
    let site = deck.middle;
    if (isArrow && to && !cut.isCutAtEnd) {
      // The head stands at the rim, on the side from which it comes.
      const rim = deck.shapes[to.shape].sites.length - deck.middle - 1;
      const turn = Math.round((Math.atan2(y - endY, x - endX) / (2 * Math.PI)) * rim);
      site = deck.middle + 1 + ((turn + rim) % rim);
      const [across, down] = deck.shapes[to.shape].sites[site];
      [endX, endY] = [endX + (2 * across - 1) * to.wide, endY + (2 * down - 1) * to.high];
    }
    const glued = (tag, end, index) =>
      end ? "<a:" + tag + ' id="' + end.id + '" idx="' + index + '"/>' : "";
    const box = boxed(Math.min(x, endX), Math.min(y, endY), Math.max(x, endX), Math.max(y, endY));
    const flip = (endX < x ? ' flipH="1"' : "") + (endY < y ? ' flipV="1"' : "");
    return (
      "<p:cxnSp><p:nvCxnSpPr>" +
      head((last += 1), name, told) +
      "<p:cNvCxnSpPr>" +
      glued("stCxn", cut.isCutAtStart ? null : from, deck.middle) +
      glued("endCxn", cut.isCutAtEnd ? null : to, site) +
      "</p:cNvCxnSpPr><p:nvPr/></p:nvCxnSpPr><p:spPr><a:xfrm" +
      flip +
      ">" +
      extent(box) +
      '</a:xfrm><a:prstGeom prst="straightConnector1"><a:avLst/></a:prstGeom>' +
      outlineXml(look, points, isArrow ? '<a:tailEnd type="triangle"/>' : "") +
      "</p:spPr></p:cxnSp>"
    );
  }
  const endOf = (number) => {
    if (!drawn.has(number)) return null;
    const { shape } = page.drawn.nodes[number];
    const half = grown(shape, radiusOf(number));
    return { id: idOf(number), shape, wide: half, high: half };
  };
  function tieXml(item, line, number) {
    if (number === undefined) return lineXml(line, item);
    const edge = page.edges[number];
    const said = seen.edges.get(number);
    const told =
      edgeName(edge) + (said ? ": " + word(said.basis === "Stated" ? "stated" : "inferred") : "");
    return lineXml(line, item, {
      from: endOf(edge.from),
      to: endOf(edge.to),
      isArrow: page.directed,
      name: edgeName(edge),
      told,
    });
  }

  function noteXml(note) {
    const { lines, size, left, right, top: upper, bottom } = noteBox(note);
    const id = (last += 1);
    const look = { fill: colour("note"), stroke: colour("note-line"), width: 1.2 };
    const box = boxed(left, upper, right, bottom);
    const text = { lines, size, fill: colour("ink") };
    const isSeen = right > 0 && left < screen.wide && bottom > 0 && upper < screen.high;
    const shape = !isSeen
      ? ""
      : shapeXml(id, lines.join(" "), box, deck.shapes.square.geometry, look, text);
    const to = note.to === null ? null : standsFor(note.to);
    if (to === null || !seen.nodes.has(to)) return shape;
    const { x, y } = pointOf(to);
    const from = { id, shape: "square", wide: (right - left) / 2, high: (bottom - upper) / 2 };
    const line = [(left + right) / 2, (upper + bottom) / 2, x, y];
    return (
      lineXml(
        line,
        { stroke: colour("note-line"), width: 2 },
        { from: isSeen ? from : null, to: endOf(to), isArrow: true, name: lines.join(" ") },
      ) + shape
    );
  }

  const itemXml = (item) => {
    if (item.type === "text") return textXml(item);
    if (item.type === "lines")
      return item.lines.map((line, index) => tieXml(item, line, item.numbers?.[index])).join("");
    if (item.type === "shapes")
      return item.places
        .map((place, index) => nodeXml(item, place, item.numbers?.[index]))
        .join("");
    if (item.isHead) return "";
    const corners = item.points.map(placed);
    const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
    const box = { left: Math.min(...xs), top: Math.min(...ys) };
    Object.assign(box, { wide: Math.max(...xs) - box.left, high: Math.max(...ys) - box.top });
    return shapeXml(
      (last += 1),
      word("communities").split("(")[0].trim(),
      box,
      areaGeometry(corners, box),
      item,
    );
  };

  const title = words.find(({ type }) => type === "text");
  const around = words.filter((item) => item !== title).map(itemXml);
  const logo = logoBox(wide);
  const picture =
    deck.logo && logo.room
      ? "<p:pic><p:nvPicPr>" +
        head((last += 1), "logo", "") +
        '<p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="' +
        deck.logo +
        '"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm>' +
        extent(boxed(logo.x, logo.y, logo.x + logo.wide, logo.y + logo.high)) +
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
      : "";
  const first = textXml(title, (last += 1), "title");
  shift = top;
  const shown =
    [...scene.back, ...scene.nodes, ...scene.names.filter(({ number }) => !drawn.has(number))]
      .map(itemXml)
      .join("") + notes.map(noteXml).join("");
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    '<p:sld xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ' +
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ' +
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:cSld><p:bg><p:bgPr>' +
    solid(colour("paper")) +
    '<a:effectLst/></p:bgPr></p:bg><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/>' +
    "<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>" +
    first +
    shown +
    around.join("") +
    picture +
    "</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
  );
}

// --- the file

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

// A ZIP file whose entries are stored as they are.
function zipped(files) {
  const encoder = new TextEncoder();
  const numbers = (...fields) => {
    const bytes = [];
    for (const [value, length] of fields)
      for (let at = 0; at < length; at += 1) bytes.push(Math.floor(value / 256 ** at) % 256);
    return new Uint8Array(bytes);
  };
  const [parts, index] = [[], []];
  const sizeOf = (list) => list.reduce((sum, { length }) => sum + length, 0);
  for (const [name, body] of files) {
    const path = encoder.encode(name);
    // Version 2.0, names in UTF-8, stored, 1 January 1980.
    const told = [
      ...[
        [20, 2],
        [0x800, 2],
        [0, 2],
        [0, 2],
        [33, 2],
        [crc32(body), 4],
      ],
      ...[
        [body.length, 4],
        [body.length, 4],
        [path.length, 2],
        [0, 2],
      ],
    ];
    const none = [
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
    ];
    index.push(numbers([0x02014b50, 4], [20, 2], ...told, ...none, [sizeOf(parts), 4]), path);
    parts.push(numbers([0x04034b50, 4], ...told), path, body);
  }
  const many = [index.length / 2, 2];
  const [start, size] = [sizeOf(parts), sizeOf(index)];
  const end = numbers([0x06054b50, 4], [0, 2], [0, 2], many, many, [size, 4], [start, 4], [0, 2]);
  return new Blob([...parts, ...index, end]);
}

function slideFile() {
  const { deck } = page;
  const encoder = new TextEncoder();
  const texts = Object.entries({ ...deck.files, [deck.slide]: slideXml(deck) });
  return zipped([
    ...texts.map(([name, text]) => [name, encoder.encode(text)]),
    ...Object.entries(deck.media).map(([name, text]) => [name, unpacked(text)]),
  ]);
}

$("save-slide").hidden = !page.deck;
$("save-slide").addEventListener("click", () => save(fileName(".pptx"), slideFile()));
