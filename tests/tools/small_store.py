"""Two small stores for tests: the mini project, and one with everything that is awkward."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from ctgraph.store.cache import compile_graph
from ctgraph.store.project import Bundle
from ctgraph.store.store import Store
from ctgraph.terms import PREFIXES

MINI = Path(__file__).parents[1] / "mini"

# Two questions for `project`: with one actor, and with a parameter of each kind of literal.
HEADER = """\
#+ title.en = "Activities"
#+ title.ja = "活動"
#+ description.en = "What an actor does."
#+ description.ja = "主体の活動。"
"""
ACTOR = """\
#+ [params.actor]
#+ type = "actor"
#+ label.en = "Actor"
#+ label.ja = "主体"
#+ default = "ctd:jpn"
"""
BODY = """\
PREFIX ct: <https://w3id.org/ctgraph/ontology#>
PREFIX ctd: <https://w3id.org/ctgraph/id/>
SELECT ?activity { VALUES ?actor { ctd:jpn } ?p ct:participant ?actor ; ct:activity ?activity }
"""
NUMBERS = """\
PREFIX ct: <https://w3id.org/ctgraph/ontology#>
SELECT ?n ?word ?day ?flag ?any ?label {
  VALUES ?n { 3 } VALUES ?word { "a" }
  VALUES ?day { "2024-01-01"^^<http://www.w3.org/2001/XMLSchema#date> }
  VALUES ?flag { true } VALUES ?any { UNDEF } VALUES ?lang { "en" }
  BIND(IF(?lang = "ja", "はい", "yes") AS ?label)
}
"""
NUMBER_PARAMS = "".join(
    f'#+ [params.{name}]\n#+ type = "{kind}"\n#+ label.en = "x"\n#+ label.ja = "x"\n#+ {rest}\n'
    for name, kind, rest in (
        ("n", "integer", "default = 3\n#+ allowed = [3, 4]"),
        ("word", "text", 'default = "a"'),
        ("day", "date", "default = 2024-01-01"),
        ("flag", "boolean", "default = true"),
        ("any", "actor", "optional = true"),
    )
)

HOSTILE = "say \"hi\", <b>|`x`\n=1+1\x1b[2J\u202e & \\ 'done'"

AWKWARD = r"""
ct:State rdfs:subClassOf ct:Actor . ct:Forum rdfs:subClassOf ct:Actor .
ct:Actor rdfs:label "Actor"@en , "主体"@ja . ct:State rdfs:label "State"@en .
ct:Country rdfs:subClassOf ct:Place . ct:Workshop rdfs:subClassOf ct:Activity ;
  rdfs:label "Workshop"@en , "研修"@ja ; skos:definition "A meeting at which people learn."@en .
ct:cooperatesWith a owl:SymmetricProperty ; rdfs:label "cooperates with"@en .
ct:Stated a skos:Concept ; skos:inScheme ctv:bases ; skos:prefLabel "stated"@en , "明示"@ja .
ctv:topics a skos:ConceptScheme ; skos:prefLabel "Topics"@en , "主題"@ja .
ctv:corruption a skos:Concept ; skos:inScheme ctv:topics ;
  skos:prefLabel "corruption"@en , "腐敗"@ja .
ctv:host a skos:Concept ; skos:inScheme ctv:roles ; skos:prefLabel "host"@en , "主催"@ja .
ctv:partner a skos:Concept ; skos:inScheme ctv:roles ; skos:prefLabel "partner"@en , "連携先"@ja .
ctd:jpn a ct:State ; skos:prefLabel "Japan"@en , "日本"@ja ; ct:cooperatesWith ctd:fatf .
ctd:place-jpn a ct:Country ; skos:prefLabel "Japan"@en , "日本"@ja .
ctd:fatf a ct:Forum ; skos:prefLabel "Financial Action Task Force"@en , "金融活動作業部会"@ja ;
  skos:altLabel "FATF"@en ; ct:cooperatesWith ctd:jpn .
ctd:twin-a a ct:Forum ; skos:prefLabel "Twin"@en .
ctd:twin-b a ct:Forum ; skos:prefLabel "Twin"@en .
ctd:group a ct:Forum ; skos:prefLabel "ガス・グループ"@ja .
ctd:jp-fy2023 a ct:FiscalYear ; skos:prefLabel "Fiscal year 2023"@en , "令和５年度"@ja ;
  ct:startDate "2023-04-01"^^xsd:date .
ctd:jp-fy2019 a ct:FiscalYear ; skos:prefLabel "Fiscal year 2019"@en ;
  ct:startDate "2019-04-01"^^xsd:date .
ctd:rule-of-law a ct:Workshop ; skos:prefLabel "Rule of law"@en , "法の支配"@ja ;
  ct:startDate "2024-02-01"^^xsd:date ; ct:endDate "2024-02-29"^^xsd:date ;
  ct:datePrecision ctv:month ; ct:topic ctv:corruption .
ctd:rule-of-law-jpn a ct:Participation ; skos:prefLabel "Japan as host in: Rule of law"@en ;
  ct:participant ctd:jpn ; ct:activity ctd:rule-of-law ; ct:role ctv:host .
ctd:s-2024-a07 a ct:Claim ; ct:quote "ﾏﾈｰﾛﾝﾀﾞﾘﾝｸﾞ対策の ﬁnance"@ja ; ct:basis ct:Stated .
ctd:things a ct:Notes ; ct:n 1 , 22 , 333.5 , "2024-01-31"^^xsd:date , true ,
  "1.5E0"^^xsd:double , "abc"^^xsd:integer .
"""


def project(folder: Path, **questions: str) -> Bundle:
    """A project folder with some questions, by name."""
    (folder / "ontology").mkdir(parents=True, exist_ok=True)
    (folder / "queries" / "checks").mkdir(parents=True, exist_ok=True)
    for name, text in questions.items():
        part = "checks/" if name.endswith("violation") else ""
        path = folder / "queries" / f"{part}{name.replace('_', '-')}.rq"
        path.write_text(text, encoding="utf-8")
    return Bundle(folder)


def awkward_store(bundle: Bundle | None = None) -> Store:
    """A store with names that are ambiguous, hostile, or in many forms."""
    graph = ox.Store()
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    graph.update(f"{prefixes} INSERT DATA {{ {AWKWARD} }}")
    hostile = ox.NamedNode(PREFIXES["ctd"] + "hostile")
    for name, value in (("prefLabel", HOSTILE), ("altLabel", '"} UNION {?x ?y ?z} #')):
        predicate = ox.NamedNode(PREFIXES["skos"] + name)
        graph.add(ox.Quad(hostile, predicate, ox.Literal(value, language="en")))
    claim = ox.NamedNode(PREFIXES["ctd"] + "s-2024-a07")
    for quad in list(graph.quads_for_pattern(claim, None, None, ox.DefaultGraph())):
        graph.add(ox.Quad(quad.subject, quad.predicate, quad.object, claim))
    forum = ox.NamedNode(PREFIXES["ct"] + "Forum")
    graph.add(ox.Quad(hostile, ox.NamedNode(PREFIXES["rdf"] + "type"), forum))
    return Store("memory", "awkward", bundle or Bundle(MINI), graph=graph)


@cache
def mini_store() -> Store:
    """The mini project, compiled without a cache."""
    bundle = Bundle(MINI)
    return Store("memory", "mini", bundle, graph=compile_graph(bundle))
