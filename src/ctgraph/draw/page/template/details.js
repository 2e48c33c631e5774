// What is selected: its names, its ties, and the words of the source.

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
  const reason = said["reason_" + state.lang];
  const gloss = said["gloss_" + state.lang];
  // Only a link: nothing is loaded from the address.
  const source = /^https?:/.test(said.address)
    ? make("a", { href: said.address, rel: "noreferrer", text: said.address }) : null;
  return make("div", { class: inferred ? "claim inferred" : "claim" },
    said.quote
      ? make("blockquote", {
        lang: said.quote_language || null, dir: "auto", text: quoteMarks(said.quote),
      }) : null,
    gloss ? make("p", {
      class: "gloss", lang: said["gloss_language_" + state.lang] || null, dir: "auto", text: gloss,
    }) : null,
    said.kind === "digest" ? make("p", { class: "own", text: word("own_words") }) : null,
    make("p", { class: "place" }, badge(said.basis), " ", named(said["told_" + state.lang])),
    source ? make("p", { class: "place" }, source) : null,
    inferred && reason
      ? make("p", { class: "why", dir: "auto", text: word("reason") + ": " + reason }) : null);
}

function claims(numbers) {
  // What the source says in so many words comes before what was read into it.
  const order = [...numbers].sort((one, two) =>
    (page.claims[one].basis !== "Stated") - (page.claims[two].basis !== "Stated") || one - two);
  return order.length ? order.map(claim) : [make("p", { text: word("no_evidence") })];
}

function link(text, kind, number) {
  return make("button", {
    type: "button", class: "link", dir: "auto", text, "data-key": kind + number,
    onclick: () => select(kind, number, true),
  });
}

// The roles of what is left of a tie.
function roleNames(edge, kept) {
  const left = kept.parts.length ? kept.parts.flatMap((part) => part.roles) : edge.roles;
  return [...new Set(left.map(inLanguage))];
}

function roles(number) {
  const names = roleNames(page.edges[number], seen.edges.get(number));
  return names.length ? named("(" + listed(names) + ") ") : "";
}

// Only the whole of a tie has its amounts: what a filter leaves of it may be another sum.
function amounts(edge, kept) {
  return edge.amounts.length && kept.isWhole
    ? make("p", { class: "second", text: word("amount") + ": " + listed(edge.amounts.map(inLanguage))
      + (edge.shared ? " (" + word("shared") + ")" : "") }) : null;
}

function nodeTools(number) {
  const hops = make("select", { id: "hops", "aria-label": word("hops"), "data-key": "hops" },
    ...[1, 2, 3].map((steps) => make("option", { value: steps, text: String(steps) })));
  hops.value = state.ego && state.ego.node === number ? state.ego.hops : 1;
  hops.addEventListener("change", () => {
    if (state.ego && state.ego.node === number) showNear(number, Number(hops.value));
  });
  return make("p", { class: "tools" },
    make("button", {
      type: "button", id: "ego", text: word("ego"), "data-key": "ego",
      onclick: () => showNear(number, Number(hops.value)),
    }), " ", hops, " ",
    state.ego ? make("button", {
      type: "button", id: "ego-off", text: word("ego_off"), "data-key": "ego-off",
      onclick: () => change({ ego: null, open: START.open }),
    }) : null, " ",
    make("button", {
      type: "button", id: "path-here", text: word("path_from_here"), "data-key": "path-here",
      onclick: () => startPath(number),
    }), " ", boardButton(number));
}

// With whom, and what: those first with whom there was most.
function tieList(number) {
  const ties = touching[number].filter((edge) => seen.edges.has(edge)).sort((one, two) =>
    seen.edges.get(two).weight - seen.edges.get(one).weight || one - two);
  const line = (edge) => {
    const kept = seen.edges.get(edge);
    const [first] = kept.parts;
    const left = kept.parts.length - 1;
    const done = first && first.iri !== page.nodes[number].iri
      ? inLanguage(first.name) + (left > 0 ? " " + word("and_more").replace("{n}", left) : "") : "";
    return make("li", {}, link(nodeName(acrossFrom(edge, number)), "edge", edge), " ",
      roles(edge), badge(kept.basis), done ? make("p", { class: "done", dir: "auto", text: done }) : null);
  };
  return [
    make("h4", { text: word("ties_of") + " (" + ties.length + ")" }),
    make("ul", {}, ...ties.slice(0, FIRST_TIES).map(line)),
    ties.length > FIRST_TIES ? make("details", {},
      make("summary", { text: word("and_more").replace("{n}", ties.length - FIRST_TIES) }),
      make("ul", {}, ...ties.slice(FIRST_TIES).map(line))) : null,
  ];
}
const FIRST_TIES = 12;

function nodeDetails(number) {
  const node = page.nodes[number];
  const second = node.name[other()];
  return [
    make("h3", { dir: "auto", text: inLanguage(node.name) }),
    second === inLanguage(node.name) ? null
      : make("p", { class: "second", lang: other(), dir: "auto", text: second }),
    make("p", {}, named([inLanguage(page.kinds[node.kind]), node.acronym, when(node)]
      .filter(Boolean).join(" · "))),
    disputed(node),
    ...members(node),
    nodeTools(number),
    ...tieList(number),
    ...aboutNode(node),
    node.unnamed ? make("p", { text: word("unnamed") }) : null,
    make("h4", { text: word("named_by") }),
    ...claims([...node.claims, ...(state.rolled && node.part_claims ? node.part_claims : [])]),
  ];
}

// The nodes that it stands for.
function members(node) {
  const parts = state.rolled && node.parts ? node.parts.map(nodeName) : [];
  const names = [...node.members.map(inLanguage), ...parts];
  return names.length ? [make("p", {
    class: "second", dir: "auto", text: word("members") + ": " + listed(names),
  })] : [];
}

// Figures and acts; the newest comes first.
function aboutNode(node) {
  return node.about.map((one) => {
    const told = one.value
      ? [Number(one.value).toLocaleString(state.lang), one.as_of && "(" + asOf(one) + ")"]
      : [one.when];
    const text = inLanguage(one.name) + ": " + told.filter(Boolean).join(" ");
    return make("details", {}, make("summary", { dir: "auto", text }), ...claims(one.claims));
  });
}

const asOf = (part) => (part.as_of ? word("as_of").replace("{day}", part.as_of) : "");

// When something was, or the day on which it is vouched for.
function when(part) {
  return [part.when, asOf(part)].filter(Boolean).join(" · ");
}

function disputed(thing) {
  return thing.disputed
    ? make("p", { class: "second", dir: "auto", text: inLanguage(thing.disputed) }) : null;
}

function partDetails(parts) {
  return parts.flatMap((part) => [
    make("h4", { dir: "auto", text: inLanguage(part.name) }),
    when(part) ? make("p", { class: "second", text: when(part) }) : null,
    disputed(part),
    ...claims(part.claims),
  ]);
}

function edgeDetails(number) {
  const edge = page.edges[number];
  const kept = seen.edges.get(number);
  return [
    make("h3", {}, link(nodeName(edge.from), "node", edge.from), page.directed ? " → " : " – ",
      link(nodeName(edge.to), "node", edge.to)),
    make("p", {}, badge(kept.basis), " ", roles(number)),
    amounts(edge, kept),
    ...partDetails(kept.parts),
  ];
}

function pathDetails() {
  const [from, to] = [state.path.from, state.path.to].map(standsFor);
  const ends = make("h3", { dir: "auto", text: nodeName(from) + " … " + nodeName(to) });
  const off = make("button", {
    type: "button", id: "path-off", text: word("path_off"), "data-key": "path-off",
    onclick: () => change({ path: null }),
  });
  if (!seen.path) return [ends, make("p", { text: word("no_path") }), make("p", {}, off)];
  return [
    ends,
    make("p", {}, count(seen.path.edges.length, "steps"), " ", off),
    ...seen.path.edges.flatMap((number) => {
      const edge = page.edges[number];
      const kept = seen.edges.get(number);
      return [
        make("h4", {}, link(edgeName(edge), "edge", number), " ", badge(kept.basis)),
        ...partDetails(kept.parts),
      ];
    }),
  ];
}

function shownDetails() {
  if (state.selected) {
    const { kind, number } = state.selected;
    return kind === "node" ? nodeDetails(number) : edgeDetails(number);
  }
  if (state.path) return pathDetails();
  return page.story && state.step >= 0 && !isOnStage() ? stepDetails() : null;
}

// The panel takes none of the picture while there is nothing to say.
function showDetails() {
  const content = shownDetails();
  $("details").hidden = content === null;
  $("clear").hidden = !state.selected;
  replace($("details-body"), (content || []).filter((part) => part !== null));
}
onChange(showDetails);
$("clear").addEventListener("click", () => select(null));

// --- where a reader begins who is not shown everything

const isBegun = () => !state.whole && !state.ego && !state.path;
function showBegin() {
  $("begin").hidden = !isBegun();
  if ($("begin").hidden) return;
  const most = page.nodes.map((_, number) => number).filter((number) => isDrawnNode(page.nodes[number]))
    .sort((one, two) => touching[two].length - touching[one].length || one - two).slice(0, 10);
  $("begin-list").replaceChildren(...most.map((number) => make("li", {}, make("button", {
    type: "button", text: nodeName(number), onclick: () => showNear(number, 1),
  }))));
}
onChange(showBegin);
$("begin-whole").addEventListener("click", () => change({ whole: true }));
