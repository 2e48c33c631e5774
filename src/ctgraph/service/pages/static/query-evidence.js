// What a row rests on: the words of the source, what rules made of them, and what is not exact.

import { ask, count, lang, make, pageOf, say, showTerm, words } from "./query-common.js";

function statement(cells, labels) {
  const shown = cells.map((cell) => showTerm(cell, labels, lang));
  return make("span", {}, shown[0], " — ", shown[1], " — ", shown[2]);
}

function claimBox(claim, labels) {
  const box = make("div", { class: "claim" });
  const kind = claim.stated ? "stated" : "inferred";
  box.append(
    make(
      "p",
      {},
      make("span", { class: `tag ${kind}` }, words[kind]),
      " ",
      make("a", { href: pageOf(claim.claim) }, claim.claim.replace(/.*[/#]/, "")),
      make("span", { class: "soft small" }, ` ${claim.attribution}`),
    ),
  );
  if (claim.sourceAddress !== null && /^https?:/.test(claim.sourceAddress)) {
    const link = make("a", { href: claim.sourceAddress, rel: "noreferrer" }, claim.sourceAddress);
    box.append(make("p", { class: "small" }, link));
  }
  if (claim.quote !== null) box.append(make("blockquote", { lang: claim.quoteLanguage ?? false }, claim.quote));
  if (claim.gloss !== null) box.append(make("p", { lang: claim.glossLanguage ?? false }, claim.gloss));
  if (claim.evidence === "digest") box.append(make("p", { class: "soft small" }, words.own_words));
  if (claim.reason !== null) box.append(make("p", { class: "small" }, `${words.reason}: ${claim.reason}`));
  if (claim.derivedFrom.length) {
    const links = claim.derivedFrom.map((iri) => make("a", { href: pageOf(iri) }, iri.replace(/.*[/#]/, "")));
    box.append(make("p", { class: "small" }, `${words.rests_on}: `, ...links.flatMap((one, place) => (place ? [", ", one] : [one]))));
  }
  if (claim.triples.length) {
    box.append(
      make(
        "details",
        { class: "small" },
        make("summary", {}, `${words.says} (${count(claim.triples.length)})`),
        make("ul", {}, ...claim.triples.map((one) => make("li", {}, statement(one, labels)))),
      ),
    );
  }
  return box;
}

function listed(title, lines) {
  return [make("h3", {}, title), make("ul", { class: "small" }, ...lines.map((one) => make("li", {}, ...one)))];
}

/** The evidence as an element. */
export function showEvidence(found) {
  const labels = Object.fromEntries(Object.entries(found.labels).map(([iri, name]) => [iri, [name, name]]));
  const box = make("div", {});
  if (!found.complete) box.append(make("p", { class: "notice" }, words.evidence_incomplete));
  if (found.claims.length) {
    box.append(make("h3", {}, `${words.claims} (${count(found.claims.length)})`));
    box.append(...found.claims.map((one) => claimBox(one, labels)));
  } else {
    box.append(make("p", {}, words.evidence_none));
  }
  if (found.derived.length) {
    box.append(
      ...listed(
        words.derived,
        found.derived.map((one) => [
          statement(one.triple, labels),
          make("br"),
          make("span", { class: "soft" }, `${words.rule}: ${one.ruleLabel} (${say("from_claims", { count: count(one.premises.length) })})`),
        ]),
      ),
    );
  }
  if (found.definitions.length) {
    box.append(...listed(words.definitions, found.definitions.map((one) => [statement(one.triple, labels)])));
  }
  if (found.notes.length) box.append(...listed(words.notes, found.notes.map((one) => [one.text])));
  return box;
}

/** Fill an element with the evidence of a row: `{row}` or `{triple}`, as /query/evidence takes it. */
export async function fillEvidence(place, query, row) {
  place.replaceChildren(make("p", { class: "soft" }, words.evidence_loading));
  try {
    place.replaceChildren(showEvidence(await ask("/query/evidence", { query, ...row })));
  } catch (error) {
    const hint = error.said?.hint ? ` ${error.said.hint}` : "";
    place.replaceChildren(make("p", { class: "notice bad" }, `${error.message}${hint}`));
  }
}
