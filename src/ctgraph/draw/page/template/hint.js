// What stands beside the pointer: of a tie what was done, when and for how much; of a node its name.
// The details say the same to whoever selects it.

const TOLD = 4; // activities of a tie that are named

function hintOf({ kind, number }) {
  if (kind === "node") {
    const node = page.nodes[number];
    const ties = touching[number].filter((edge) => seen.edges.has(edge)).length;
    return [
      make("b", { dir: "auto", text: inLanguage(node.name) }),
      make("p", { text: [inLanguage(page.kinds[node.kind]), count(ties, "edges")].join(" · ") }),
    ];
  }
  const edge = page.edges[number];
  const kept = seen.edges.get(number);
  const left = kept.parts.length - TOLD;
  return [
    make("b", { dir: "auto", text: edgeName(edge) }),
    make(
      "p",
      {},
      badge(kept.basis),
      " ",
      named(
        [
          kept.change && word(kept.change),
          kept.parts.length > 1 && count(kept.parts.length, "parts"),
        ]
          .filter(Boolean)
          .join(" · "),
      ),
    ),
    edge.roles.length ? make("p", { text: listed(roleNames(edge, kept)) }) : null,
    amounts(edge, kept),
    make(
      "ul",
      {},
      ...kept.parts.slice(0, TOLD).map((part) =>
        make("li", {
          dir: "auto",
          text: inLanguage(part.name) + (when(part) && " (" + when(part) + ")"),
        }),
      ),
    ),
    left > 0 ? make("p", { text: word("and_more").replace("{n}", left) }) : null,
  ].filter((part) => part !== null);
}

function showHint(found, at) {
  const hint = $("hint");
  // The panel tells of what is selected.
  hint.hidden = !found || Boolean(state.selected && same(found, state.selected));
  if (hint.hidden) return;
  hint.replaceChildren(...hintOf(found));
  const { offsetWidth: wide, offsetHeight: high } = hint;
  const right = at.x + 16 + wide < screen.wide;
  const below = at.y + 16 + high < screen.high;
  hint.style.left = Math.max(4, right ? at.x + 16 : at.x - 12 - wide) + "px";
  hint.style.top = Math.max(4, below ? at.y + 16 : at.y - 12 - high) + "px";
}
