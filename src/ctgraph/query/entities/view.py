"""What is said of one thing: statements with their claims, grouped, and each told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, Triple

from ctgraph.query.entities.labels import Term, pick_text
from ctgraph.terms import CT, PREFIXES, shorten
from ctgraph.words import read_words, term_name

if TYPE_CHECKING:
    from ctgraph.query.entities.disputes import OtherValue
    from ctgraph.query.evidence.claims import ClaimEvidence

# What a rule says in short is told in full by relations: with whom and in what, in which role.
_TOLD_BY = {
    CT + "cooperatesWith": (CT + "tieBetween",),
    CT + "participatesIn": (CT + "participant", CT + "activity"),
}
# What a reader asks first of a thing, and what only tells how it is recorded.
_FIRST = (
    CT + "tieBetween",
    CT + "cooperatesWith",
    CT + "funds",
    CT + "participant",
    CT + "activity",
    CT + "plannedBy",
    PREFIXES["org"] + "organization",
    PREFIXES["org"] + "member",
)
_LAST = (
    CT + "identification",
    CT + "territory",
    PREFIXES["dcterms"] + "publisher",
    CT + "disputedThing",
)


@dataclass(frozen=True)
class Statement:
    """One triple about a thing, readable, with what it rests on.

    Attributes:
        triple: The triple.
        other: Its other end: the object, or the subject if the thing is the object.
        text: The other end for a reader, in the language asked for. For a participation, a
            membership or a tie it says the role and the ends beyond: "co-host: Workshop (2024-02)".
        claims: The claims that hold the triple (and, where `text` tells of a relation, those that
            hold what it tells), by IRI; for a derived triple those that it was derived from.
        rule: Name of the rule that derived the triple; empty if a claim says it.
        rule_label: Title of that rule.
        graph: IRI of the ontology or vocabulary that says it, if neither claim nor rule does.
        beyond: IRIs of what `text` tells of beyond a relation, in the order of the text.
        pieces: `text` in pieces, each with the IRI of what it names or nothing.
        others: What other sources say instead, where they dispute it.
    """

    triple: Triple
    other: Term
    text: str
    claims: tuple[ClaimEvidence, ...] = ()
    rule: str = ""
    rule_label: str = ""
    graph: str = ""
    beyond: tuple[str, ...] = ()
    pieces: tuple[tuple[str, str], ...] = ()
    others: tuple[OtherValue, ...] = ()

    @property
    def is_derived(self) -> bool:
        """Whether a rule made the triple."""
        return bool(self.rule)


@dataclass(frozen=True)
class PropertyGroup:
    """The statements about a thing with one property in one direction.

    Attributes:
        predicate: IRI of the property.
        label: Its label in the language asked for, or its CURIE.
        incoming: Whether the thing is the object of the statements.
        statements: The statements, in the order of their dates and texts.
        total: How many there are; more than are listed if the limit was reached.
    """

    predicate: str
    label: str
    incoming: bool
    statements: tuple[Statement, ...]
    total: int

    @property
    def truncated(self) -> bool:
        """Whether there are more statements than are listed."""
        return self.total > len(self.statements)

    def title(self, lang: str) -> str:
        """Return what the statements say of the thing: of incoming ones, in its own direction.

        Args:
            lang: The language of the label.
        """
        name = term_name(self.label, lang)
        if not self.incoming:
            return name
        return str(read_words("inverse_terms", lang).get(shorten(self.predicate), f"← {name}"))

    @property
    def rule_label(self) -> str:
        """The title of the rule that made all of the statements; empty if none made them all."""
        titles = {one.rule_label for one in self.statements}
        return titles.pop() if len(titles) == 1 else ""


@dataclass(frozen=True)
class EntityView:
    """Everything that is said about one thing.

    Attributes:
        iri: The thing.
        lang: The language asked for.
        labels: Its labels by language.
        acronyms: Its other names, each once, sorted.
        classes: IRI and label of its classes, the most specific ones only.
        definition: Its definition in the language asked for; empty without one.
        outgoing: Statements of which it is the subject, grouped; names and classes left out.
        incoming: Statements of which it is the object, grouped.
        claims: The claims that speak about it, by IRI; for a claim, itself.
        content: For a claim, the statements that stand in its graph, but those on itself.
        namesakes: IRIs of other things with one of its labels, sorted.
        scope: According to whom and as of when, as `describe_scope` gives it.
    """

    iri: str
    lang: str
    labels: Mapping[str, str]
    acronyms: tuple[str, ...]
    classes: tuple[tuple[str, str], ...]
    definition: str
    outgoing: tuple[PropertyGroup, ...]
    incoming: tuple[PropertyGroup, ...]
    claims: tuple[ClaimEvidence, ...]
    content: tuple[Statement, ...] = ()
    namesakes: tuple[str, ...] = ()
    scope: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<EntityView {shorten(self.iri)}: {len(self.claims)} claims>"

    def _repr_html_(self) -> str:
        """Return what is said about the thing with its claims, for notebooks."""
        from ctgraph.query.markup import show_statements

        kinds = ", ".join(label for _, label in self.classes)
        groups = self.told
        rows = (
            (group.title(self.lang), one.pieces or [(one.text, "")], one.claims)
            for group in groups
            for one in group.statements
        )
        total = sum(group.total for group in groups)
        texts = (kinds, self.definition, ", ".join(self.acronyms))
        return show_statements((self.iri, self.label), texts, rows, total, self.lang)

    @property
    def label(self) -> str:
        """The label in the language asked for, else in the other, else the CURIE."""
        return pick_text(self.labels, self.lang) or shorten(self.iri)

    @property
    def told(self) -> tuple[PropertyGroup, ...]:
        """The groups for a reader: each fact once, with whom the thing does what first."""
        groups = (*self.outgoing, *self.incoming)
        told = {
            (group.predicate, iri)
            for group in groups
            for one in group.statements
            for iri in one.beyond
        }
        kept = []
        for group in groups:
            fuller = _TOLD_BY.get(group.predicate, ())
            left = [
                one
                for one in group.statements
                if not one.is_derived
                or not isinstance(one.other, NamedNode)
                or not any((predicate, one.other.value) in told for predicate in fuller)
            ]
            if left:
                total = group.total - len(group.statements) + len(left)
                kept.append(replace(group, statements=tuple(left), total=total))
        return tuple(sorted(kept, key=lambda group: _place(group.predicate)))

    @property
    def statements(self) -> Iterator[Statement]:
        """All statements, outgoing ones first."""
        for group in (*self.outgoing, *self.incoming):
            yield from group.statements


def _place(predicate: str) -> int:
    """Return where a property stands among those of a thing; the others stand between."""
    if predicate in _FIRST:
        return _FIRST.index(predicate) - len(_FIRST)
    return _LAST.index(predicate) + 1 if predicate in _LAST else 0
