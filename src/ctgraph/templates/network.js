"use strict";
// The page of a network. Everything that comes from the data becomes text (textContent), never
// markup, and nothing is fetched.
(function () {
  const page = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const motion = calm ? false : { duration: 350, easingFunction: "easeInOutQuad" };
  let lang = page.lang;
  let selected = null;

  const word = (key) => page.words[lang][key];
  const other = () => (lang === "ja" ? "en" : "ja");

  function make(tag, options, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(options || {})) {
      if (value === null || value === undefined || value === "") continue;
      if (name === "text") element.textContent = value;
      else if (name === "onclick") element.addEventListener("click", value);
      else element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  const named = (text, options) => make("span", { dir: "auto", text, ...options });

  // --- the picture ---------------------------------------------------------------------------

  const nodes = new vis.DataSet(page.drawn.nodes);
  const edges = new vis.DataSet(page.drawn.edges);
  const network = new vis.Network($("picture"), { nodes, edges }, page.options);
  const canvas = $("picture").querySelector("canvas");

  function fit(animation) {
    // Leave a little room at the rim, and do not blow a small network up.
    network.fit({ animation: false, maxZoomLevel: 1.6 });
    const position = network.getViewPosition();
    const scale = network.getScale() * 0.96;
    if (animation) {
      network.moveTo({ scale: scale * 0.9, animation: false });
    }
    network.moveTo({ position, scale, animation });
  }

  network.on("click", (event) => {
    if (event.nodes.length) select("node", event.nodes[0]);
    else if (event.edges.length) select("edge", event.edges[0]);
    else select(null);
  });
  network.on("hoverNode", () => { canvas.style.cursor = "pointer"; });
  network.on("blurNode", () => { canvas.style.cursor = "default"; });
  network.on("hoverEdge", () => { canvas.style.cursor = "pointer"; });
  network.on("blurEdge", () => { canvas.style.cursor = "default"; });

  function zoom(factor) {
    network.moveTo({ scale: network.getScale() * factor, animation: motion });
  }
  $("zoom-in").addEventListener("click", () => zoom(1.3));
  $("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
  $("fit").addEventListener("click", () => fit(motion));
  window.addEventListener("resize", () => fit(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") select(null);
  });

  function inView(number) {
    const { x, y } = network.canvasToDOM(network.getPosition(number));
    const { clientWidth, clientHeight } = $("picture");
    return network.getScale() > 0.45 && x > 0 && y > 0 && x < clientWidth && y < clientHeight;
  }

  function select(kind, number, move) {
    selected = kind === null ? null : { kind, number };
    network.unselectAll();
    if (kind === "node") {
      network.selectNodes([number]);
      if (move && !inView(number)) {
        network.focus(number, { scale: Math.max(network.getScale(), 0.8), animation: motion });
      }
    } else if (kind === "edge") {
      network.selectEdges([number]);
      const edge = page.edges[number];
      if (move && !(inView(edge.from) && inView(edge.to))) {
        network.fit({ nodes: [edge.from, edge.to], animation: motion, maxZoomLevel: 1.1 });
      }
    }
    showDetails();
    if (move) {
      $("details").scrollTop = 0;
      $("details").focus({ preventScroll: false });
    }
  }

  // --- legend --------------------------------------------------------------------------------

  const SHAPES = {
    dot: ["circle", { cx: 9, cy: 9, r: 6.5 }],
    square: ["rect", { x: 3, y: 3, width: 12, height: 12 }],
    diamond: ["polygon", { points: "9,1 17,9 9,17 1,9" }],
    triangle: ["polygon", { points: "9,2 16.5,15.5 1.5,15.5" }],
    triangleDown: ["polygon", { points: "9,16 16.5,2.5 1.5,2.5" }],
    hexagon: ["polygon", { points: "5,2.1 13,2.1 17,9 13,15.9 5,15.9 1,9" }],
    star: ["polygon", {
      points: "9,1 11.2,6.4 17,6.7 12.5,10.4 14,16 9,12.9 4,16 5.5,10.4 1,6.7 6.8,6.4",
    }],
  };

  function svg(width, shape, attributes) {
    const space = "http://www.w3.org/2000/svg";
    const root = document.createElementNS(space, "svg");
    const inner = document.createElementNS(space, shape);
    root.setAttribute("width", width);
    root.setAttribute("height", 18);
    root.setAttribute("aria-hidden", "true");
    for (const [name, value] of Object.entries(attributes)) inner.setAttribute(name, value);
    root.append(inner);
    return root;
  }

  function symbol(look) {
    const [shape, attributes] = SHAPES[look.shape];
    return svg(18, shape, {
      ...attributes,
      fill: look.hollow ? "#ffffff" : look.colour,
      stroke: look.hollow ? look.colour : "#26323a",
      "stroke-width": look.hollow ? 2.5 : 1,
    });
  }

  function dash(inferred) {
    return svg(34, "line", {
      x1: 1, y1: 9, x2: 33, y2: 9,
      stroke: inferred ? "#8794a0" : "#33424d",
      "stroke-width": 2.5,
      ...(inferred ? { "stroke-dasharray": "7 5" } : {}),
    });
  }

  function showLegend() {
    const bases = new Set(page.edges.map((edge) => edge.basis));
    const list = $("legend-list");
    list.replaceChildren(
      ...page.legend.map((entry) =>
        make("li", {}, symbol(entry.look), named(entry.name[lang]))),
      ...(bases.has("Stated")
        ? [make("li", {}, dash(false), named(word("stated_edge")))] : []),
      ...(bases.has("Inferred")
        ? [make("li", {}, dash(true), named(word("inferred_edge")))] : []),
      ...(page.edges.some((edge) => edge.weight > 1)
        ? [make("li", {}, named(word("width")))] : []),
    );
  }

  // --- details -------------------------------------------------------------------------------

  const quoteMarks = (text) => "「" + text + "」";

  function badge(basis) {
    const inferred = basis !== "Stated";
    return make("span", {
      class: inferred ? "badge inferred" : "badge",
      text: word(inferred ? "inferred" : "stated"),
    });
  }

  function claim(number) {
    const said = page.claims[number];
    const inferred = said.basis !== "Stated";
    const reason = said["reason_" + lang] || said["reason_" + other()];
    const section = said["section_" + lang] || said["section_" + other()];
    return make("div", { class: inferred ? "claim inferred" : "claim" },
      said.quote
        ? make("blockquote", { lang: "ja", dir: "auto", text: quoteMarks(said.quote) }) : null,
      said.gloss ? make("p", { class: "gloss", lang: "en", dir: "auto", text: said.gloss }) : null,
      make("p", { class: "place" }, badge(said.basis), " ",
        section ? named(section) : "", said.page ? named(" · " + said.page) : ""),
      inferred && reason
        ? make("p", { class: "why", dir: "auto", text: word("reason") + ": " + reason }) : null);
  }

  function claims(numbers) {
    // What the source says in so many words comes before what was read into it.
    const order = [...numbers].sort((one, two) =>
      (page.claims[one].basis !== "Stated") - (page.claims[two].basis !== "Stated") || one - two);
    return order.length ? order.map(claim) : [make("p", { text: word("no_evidence") })];
  }

  const nodeName = (number) => page.nodes[number].name[lang];
  const edgeName = (edge) => nodeName(edge.from) + " – " + nodeName(edge.to);

  function link(text, kind, number) {
    return make("button", {
      type: "button", class: "link", dir: "auto", text, onclick: () => select(kind, number, true),
    });
  }

  function nodeDetails(number) {
    const node = page.nodes[number];
    const ties = page.edges
      .map((edge, index) => ({ edge, index }))
      .filter(({ edge }) => edge.from === number || edge.to === number);
    return [
      make("h3", { dir: "auto", text: node.name[lang] }),
      node.name[lang] === node.name[other()] ? null
        : make("p", { class: "second", lang: other(), dir: "auto", text: node.name[other()] }),
      make("p", {}, named([page.kinds[node.kind][lang], node.acronym, node.when]
        .filter(Boolean).join(" · "))),
      node.unnamed ? make("p", { text: word("unnamed") }) : null,
      make("h4", { text: word("ties_of") + " (" + ties.length + ")" }),
      make("ul", {}, ...ties.map(({ edge, index }) => make("li", {},
        link(nodeName(edge.from === number ? edge.to : edge.from), "edge", index), " ",
        roles(edge), badge(edge.basis)))),
      make("h4", { text: word("named_by") }),
      ...claims(node.claims),
    ];
  }

  function roles(edge) {
    const names = edge.roles.map((role) => role[lang]);
    return names.length ? named("(" + names.join(lang === "ja" ? "、" : ", ") + ") ") : "";
  }

  function edgeDetails(number) {
    const edge = page.edges[number];
    return [
      make("h3", {}, link(nodeName(edge.from), "node", edge.from), " – ",
        link(nodeName(edge.to), "node", edge.to)),
      make("p", {}, badge(edge.basis), " ", roles(edge)),
      ...edge.activities.flatMap((activity) => [
        make("h4", { dir: "auto", text: activity.name[lang] }),
        activity.when ? make("p", { class: "second", text: activity.when }) : null,
        ...claims(activity.claims),
      ]),
    ];
  }

  function showDetails() {
    let content;
    if (selected === null) content = [make("p", { text: word("help") })];
    else if (selected.kind === "node") content = nodeDetails(selected.number);
    else content = edgeDetails(selected.number);
    if (selected !== null) {
      content.push(make("p", {},
        make("button", { type: "button", text: word("clear"), onclick: () => select(null) })));
    }
    $("details-body").replaceChildren(...content.filter((part) => part !== null));
  }

  // --- search --------------------------------------------------------------------------------

  // Case, width and white space do not count, as everywhere in ctgraph.
  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/gu, "");

  const keys = page.nodes.map((node) =>
    [node.name.en, node.name.ja, node.acronym].filter(Boolean).map(fold));

  function search(loose) {
    const wanted = fold($("query").value);
    $("search-answer").textContent = "";
    if (!wanted) return;
    let found = keys.findIndex((names) => names.includes(wanted));
    if (found < 0 && loose) found = keys.findIndex((names) => names.some((n) => n.startsWith(wanted)));
    if (found < 0 && loose) found = keys.findIndex((names) => names.some((n) => n.includes(wanted)));
    if (found >= 0) select("node", found, true);
    else if (loose) $("search-answer").textContent = word("not_found");
  }
  $("search").addEventListener("submit", (event) => { event.preventDefault(); search(true); });
  $("query").addEventListener("input", (event) => {
    // A choice from the list comes as an input without a keystroke.
    if (!event.inputType || event.inputType === "insertReplacementText") search(false);
  });

  function showNames() {
    const names = new Set(page.nodes.flatMap((node) =>
      [node.acronym, node.name[lang], node.name[other()]].filter(Boolean)));
    $("names").replaceChildren(...[...names].map((name) => make("option", { value: name })));
  }

  // --- tables --------------------------------------------------------------------------------

  function table(caption, heads, rows) {
    return [
      make("h3", { text: caption }),
      make("div", { class: "scroll" }, make("table", {},
        make("thead", {}, make("tr", {}, ...heads.map((text) =>
          make("th", { scope: "col", text })))),
        make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells))))),
    ];
  }

  const cell = (content, options) =>
    make("td", { dir: "auto", ...options }, ...(Array.isArray(content) ? content : [content]));

  function showTables() {
    const ties = page.edges.map((edge, index) => [
      cell(link(nodeName(edge.from), "node", edge.from)),
      cell(link(nodeName(edge.to), "node", edge.to)),
      cell(edge.roles.length
        ? edge.roles.map((role) => role[lang]).join(lang === "ja" ? "、" : ", ")
        : edge.activities.map((activity) => activity.name[lang]).join("; ")),
      cell(String(edge.weight), { class: "number" }),
      cell(badge(edge.basis)),
      cell(make("button", {
        type: "button", text: word("show"),
        "aria-label": word("show") + ": " + edgeName(edge),
        onclick: () => select("edge", index, true),
      })),
    ]);
    const middle = page.edges.some((edge) => edge.roles.length) ? "roles" : "activities";
    const actors = page.nodes.map((node, index) => [
      cell(link(node.name[lang], "node", index)),
      cell(node.name[other()], { lang: other() }),
      cell(node.acronym),
      cell(page.kinds[node.kind][lang]),
      cell(String(page.edges.filter((e) => e.from === index || e.to === index).length),
        { class: "number" }),
    ]);
    $("tables").replaceChildren(
      ...table(word("edges_heading") + " (" + ties.length + ")",
        [word("from"), word("to"), word(middle), word("weight"), word("basis"), word("evidence")], ties),
      ...table(word("nodes_heading") + " (" + actors.length + ")",
        [word("name"), word("other_name"), word("acronym"), word("kind"), word("ties_of")], actors));
  }

  // --- words that stand everywhere -------------------------------------------------------------

  function count(number, key) {
    const text = word(number === 1 ? key + "_one" : key + "_many");
    return lang === "ja" ? number + text : number + " " + text;
  }

  function showWords() {
    document.documentElement.lang = lang;
    document.title = page.title[lang];
    $("title").textContent = page.title[lang];
    for (const element of document.querySelectorAll("[data-word]")) {
      element.textContent = word(element.dataset.word);
    }
    $("query").placeholder = word("find_hint");
    $("languages").setAttribute("aria-label", word("language"));
    for (const button of $("languages").children) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    }
    for (const [id, key] of [["zoom-in", "zoom_in"], ["zoom-out", "zoom_out"], ["fit", "fit"]]) {
      $(id).setAttribute("aria-label", word(key));
      $(id).title = word(key);
    }
    $("picture").setAttribute("aria-label", word("picture"));
    const cut = page.filters.map((filter) => [word(filter.key), filter[lang]]
      .filter(Boolean).join(" "));
    $("summary").textContent = [
      count(page.nodes.length, "nodes"), count(page.edges.length, "edges"), ...cut,
    ].join(" · ");
    showOrigin();
  }

  function sourceName(source) {
    const name = source["label_" + lang] || source["label_" + other()];
    const by = source["publisher_" + lang] || source["publisher_" + other()];
    return [name, by, source.date].filter(Boolean).join(", ");
  }

  function showOrigin() {
    const about = page.about;
    const sources = about.sources.map(sourceName).filter(Boolean);
    const data = about.hash ? "SHA-256 " + about.hash.slice(0, 12) + "…" : "";
    const from = sources.length ? word("source") + ": " + sources.join("; ") : "";
    const version = ["ctgraph " + about.version, about.licence, data].filter(Boolean).join(" · ");
    $("origin").replaceChildren(
      make("span", { class: "from", dir: "auto", title: from, text: from }),
      make("span", { title: about.hash, text: version }));
    const rows = [
      ...sources.map((source) => [word("source"), source]),
      [word("version"), "ctgraph " + about.version + (about.url ? " · " + about.url : "")],
      [word("licence"), [about.licence, about.licence_url].filter(Boolean).join(" · ")],
      [word("data"), about.hash ? "SHA-256 " + about.hash : ""],
    ].filter(([, value]) => value);
    $("footer").replaceChildren(make("dl", {}, ...rows.flatMap(([key, value]) =>
      [make("dt", { text: key }), make("dd", { dir: "auto", text: value })])));
  }

  function speak(language) {
    lang = language;
    nodes.update(page.nodes.map((node, id) => ({ id, label: node.label[lang] })));
    showWords();
    showLegend();
    showNames();
    showTables();
    showDetails();
  }

  for (const button of $("languages").children) {
    button.addEventListener("click", () => speak(button.dataset.lang));
  }
  canvas.tabIndex = -1;
  speak(lang);
  fit(false);
})();
