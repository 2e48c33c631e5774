"""The views of the graph as networks: for each, the one aggregation that a store computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class View(NamedTuple):
    """One way to see the graph as a network.

    Attributes:
        title: What it shows, by language.
        query: SELECT with ``?source ?target ?through ?stated ?claims`` and perhaps ``?roles``,
            ``?relation``, ``?amount``, ``?currency`` and ``?channels``: one row for each edge and
            each thing (an activity, a contribution, a property) that makes it; ``?stated`` is
            above 0 if that rests on stated claims alone; ``?claims`` and ``?roles`` are IRIs with
            blanks between, and so are ``?others`` and ``?thirds``, if it takes a claim of each;
            ``?relation`` is bound if the edge is a statement with that property. ``#FILTER#`` marks
            where filters go.
        ends: Graph pattern of ``?source`` and ``?target`` of all its edges, for who needs no more;
            in both directions, perhaps, if it is not directed.
        directed: Whether an edge leads from source to target, so that the network is a DiGraph.
        things: Variables that topic, place and time filter; one that fits is enough.
        roles: Variables that are roles; empty if roles are those of the participations of `things`.
        lasting: Whether what makes an edge holds until an end is known.
        about: Graph pattern of ``?thing``, and perhaps its ``?value`` in a ``?unit``, that is said
            of ``?node``.
    """

    title: Mapping[str, str]
    query: str
    ends: str
    directed: bool
    things: Sequence[str] = ("through",)
    roles: Sequence[str] = ()
    lasting: bool = False
    about: str = ""


def stated_participations(node: str, actor: str, role: str, among: str = "") -> str:
    """Return a pattern of who takes part in ``?through``, by stated claims alone.

    A participation is one node, but its triples may stand in several claims. Joins over GRAPH are
    fast in Oxigraph, EXISTS over GRAPH is not; so what is stated is a branch of its own. The graphs
    are a sub-select, or the basis of each is read before those are left out that do not fit.

    Args:
        node: The variable of the participation.
        actor: That of who takes part.
        role: That of the role.
        among: A pattern of the participations that count; all, if it is empty.
    """
    return f"""{{
    SELECT DISTINCT ?{node} ?{actor} ?through ?{role} WHERE {{
      {{ SELECT * WHERE {{
        {among}
        GRAPH ?who {{ ?{node} ct:participant ?{actor} }}
        GRAPH ?what {{ ?{node} ct:activity ?through }}
        GRAPH ?how {{ ?{node} ct:role ?{role} }}
      }} }}
      ?who ct:basis ct:Stated . ?what ct:basis ct:Stated . ?how ct:basis ct:Stated .
    }}
  }}"""


# The same for the few rows of a view about money, as a pattern beside what it holds for.
_PARTICIPATION_STATED = """GRAPH ?{0}1 {{ ?{0} ct:participant ?{1} }} ?{0}1 ct:basis ct:Stated .
    GRAPH ?{0}2 {{ ?{0} ct:activity ?through }} ?{0}2 ct:basis ct:Stated .
    GRAPH ?{0}3 {{ ?{0} ct:role ?{2} }} ?{0}3 ct:basis ct:Stated ."""

# One way in which two actors meet in an activity. Each is one basic graph pattern with its
# evidence in it, and the path is a sub-select: joined in other ways they take a hundred times as
# long.
_MEETING = """{{
    {parts}?tie ct:jointActivity ?through ; ct:tieBetween ?{one} , ?{other} .
    ?{p} ct:activity ?through ; ct:participant ?{one} ; ct:role ?{p}Role ; ct:evidence ?{p}Claim .
    ?{q} ct:activity ?{where} ; ct:participant ?{other} ; ct:role ?{q}Role ; ct:evidence ?{q}Claim .
    ?pRole skos:broader ?pGroup .
    ?pGroup ct:tiesWithRole ?qGroup .
    ?qRole skos:broader ?qGroup .
    FILTER(STR(?source) < STR(?target))
  }}"""
_PARTS = "{ SELECT ?part ?through WHERE { ?part ct:partOf+ ?through } } "
_BOTH = _MEETING.format(parts="", one="source", other="target", p="p", q="q", where="through")
_TARGET_IN_PART = _MEETING.format(
    parts=_PARTS, one="source", other="target", p="p", q="q", where="part"
)
_SOURCE_IN_PART = _MEETING.format(
    parts=_PARTS, one="target", other="source", p="q", q="p", where="part"
)

_COOPERATION = f"""
SELECT ?source ?target ?through (SUM(?one) AS ?stated)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?pClaim), ""); separator=" ") AS ?claims)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?qClaim), ""); separator=" ") AS ?others)
WHERE {{
  {{
    {_BOTH}
    UNION {_TARGET_IN_PART}
    UNION {_SOURCE_IN_PART}
    FILTER NOT EXISTS {{
      ?tie ct:jointActivity ?within . ?within ct:partOf+ ?through . FILTER(?within != ?through)
    }}
    #FILTER#
    BIND(0 AS ?one)
  }}
  UNION
  {{
    {stated_participations("p", "source", "pRole")}
    {stated_participations("q", "target", "qRole")}
    FILTER(STR(?source) < STR(?target))
    FILTER EXISTS {{
      ?pRole skos:broader ?pGroup . ?pGroup ct:tiesWithRole ?qGroup . ?qRole skos:broader ?qGroup
    }}
    #FILTER#
    BIND(1 AS ?one)
  }}
}}
GROUP BY ?source ?target ?through
HAVING(COUNT(?pClaim) > 0)
"""

# The rule leaves adverse actors out.
_TAKING_PART = """{ ?source ct:participatesIn ?target } UNION {
    ?source a ct:AdverseActor . ?p ct:participant ?source ; ct:activity ?target
  }"""
_ACTIVITIES = f"""
SELECT ?source ?target ?through (SUM(?one) AS ?stated)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?claim), ""); separator=" ") AS ?claims)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?role), ""); separator=" ") AS ?roles)
WHERE {{
  {{
    ?p ct:participant ?source ; ct:activity ?target ; ct:role ?role ; ct:evidence ?claim .
    BIND(?target AS ?through)
    #FILTER#
    BIND(0 AS ?one)
  }}
  UNION
  {{
    {stated_participations("p", "source", "role")}
    BIND(?through AS ?target)
    #FILTER#
    BIND(1 AS ?one)
  }}
}}
GROUP BY ?source ?target ?through
"""

# The money of a contribution goes from who gives to who passes it on or, if nobody does, to the
# places of what it pays for; and from who passes it on to these places. Each branch is one basic
# graph pattern, contributions first, with its evidence in it; who passes on is a sub-select that is
# joined, because a NOT EXISTS would look through all participations for every row.
_PASSED_ON = """?through a ct:Contribution .
    ?p ct:activity ?through ; ct:participant ?source ; ct:role ?pRole .
    ?pRole skos:broader ctv:role-funding .
    ?q ct:activity ?through ; ct:participant ?target ; ct:role ?qRole .
    ?qRole skos:broader ctv:role-channelling .
    {evidence}
    VALUES ?side {{ 1 2 }}
    BIND(IF(?side = 1, ?pRole, ?qRole) AS ?role)
    BIND({stated} AS ?one)"""
_SPENT = """?through a ct:Contribution .
    ?p ct:activity ?through ; ct:participant ?source ; ct:role ?role .
    ?role skos:broader ?pGroup .
    ?paid ct:financedThrough ?through ; ?spending ?target .
    FILTER(?spending IN (ct:targetPlace, ct:heldIn))
    {evidence}
    OPTIONAL {{
      SELECT DISTINCT ?through (1 AS ?passed) WHERE {{
        ?through a ct:Contribution .
        ?passing ct:activity ?through ; ct:role ?passingRole .
        ?passingRole skos:broader ctv:role-channelling .
      }}
    }}
    FILTER(?pGroup = ctv:role-channelling || (?pGroup = ctv:role-funding && !BOUND(?passed)))
    BIND({stated} AS ?one)"""


def _money(pattern: str, evidence: Sequence[str] = (), stated: Sequence[str] = ()) -> str:
    """Return branches for what each claim says, and one for what is stated."""
    branches = [pattern.format(evidence=one, stated=0) for one in evidence]
    branches.append(pattern.format(evidence="\n    ".join(stated), stated=1))
    return "\n  UNION\n  ".join(f"{{\n    {branch}\n  }}" for branch in branches)


_PASSED_ON_BRANCHES = _money(
    _PASSED_ON,
    ("?p ct:evidence ?claim .", "?q ct:evidence ?other ."),
    (
        _PARTICIPATION_STATED.format("p", "source", "pRole"),
        _PARTICIPATION_STATED.format("q", "target", "qRole"),
    ),
)
_SPENT_BRANCHES = _money(
    _SPENT,
    (
        "?p ct:evidence ?claim .",
        "GRAPH ?other { ?paid ct:financedThrough ?through } ?other a ct:Claim .",
        "GRAPH ?third { ?paid ?spending ?target } ?third a ct:Claim .",
    ),
    (
        _PARTICIPATION_STATED.format("p", "source", "role"),
        "GRAPH ?paid1 { ?paid ct:financedThrough ?through } ?paid1 ct:basis ct:Stated .",
        # Without the values in it, the engine reads all that claims say.
        "GRAPH ?paid2 { VALUES ?spending { ct:targetPlace ct:heldIn } ?paid ?spending ?target }"
        " ?paid2 ct:basis ct:Stated .",
    ),
)
_FUNDING = f"""
SELECT ?source ?target ?through (SUM(?one) AS ?stated)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?claim), ""); separator=" ") AS ?claims)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?other), ""); separator=" ") AS ?others)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?third), ""); separator=" ") AS ?thirds)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?role), ""); separator=" ") AS ?roles)
  (MAX(?sum) AS ?amount) (MAX(?money) AS ?currency)
  (COUNT(DISTINCT ?channel) AS ?channels) (COUNT(DISTINCT ?place) AS ?places)
WHERE {{
  {_PASSED_ON_BRANCHES}
  UNION
  {_SPENT_BRANCHES}
  OPTIONAL {{ ?through ct:amount ?sum }}
  OPTIONAL {{ ?through ct:currency ?money }}
  OPTIONAL {{
    ?passing ct:activity ?through ; ct:participant ?channel .
    ?passing ct:role/skos:broader ctv:role-channelling .
  }}
  OPTIONAL {{ ?spent ct:financedThrough ?through ; ct:targetPlace|ct:heldIn ?place }}
  #FILTER#
}}
GROUP BY ?source ?target ?through
"""

_STATEMENT = """GRAPH ?claim { ?source ?relation ?target }
  ?claim a ct:Claim ; ct:basis ?basis .
  BIND(?relation AS ?through)
  BIND(IF(?basis = ct:Stated, 1, 0) AS ?one)"""


def _of_class(variable: str, classes: Sequence[str], other: str = "") -> str:
    """Return a pattern that holds once for each thing of one of some classes."""
    kinds = " ".join(f"ct:{name}" for name in classes)
    pattern = f"VALUES ?class {{ {kinds} }} ?{variable} a/rdfs:subClassOf* ?class"
    if other:
        pattern = f"{{ {pattern} }} UNION {{ {other} }}"
    return f"{{ SELECT DISTINCT ?{variable} WHERE {{ {pattern} }} }}"


def _statements(pattern: str) -> str:
    return f"""
SELECT ?source ?target ?through ?relation (SUM(?one) AS ?stated)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?claim), ""); separator=" ") AS ?claims)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?other), ""); separator=" ") AS ?others)
  (GROUP_CONCAT(DISTINCT COALESCE(STR(?role), ""); separator=" ") AS ?roles)
WHERE {{
  {pattern}
  #FILTER#
}}
GROUP BY ?source ?target ?through ?relation
"""


def _related(properties: str, condition: str = "") -> str:
    return f"VALUES ?relation {{ {properties} }}\n  {_STATEMENT}\n  {condition}"


_GOALS = _related(
    "ct:serves ct:workArea ct:partOf ct:topic ct:addresses ct:implements ct:concerns"
    " ct:buildsOn ct:considers",
    _of_class("source", ("Goal", "WorkArea", "Activity")),
)

_MEMBERSHIPS = """{
    ?through org:member ?source ; org:organization ?target ; ct:evidence ?claim .
    OPTIONAL { ?through org:role ?role }
    BIND(0 AS ?one)
  } UNION {
    GRAPH ?m1 { ?through org:member ?source } ?m1 ct:basis ct:Stated .
    GRAPH ?m2 { ?through org:organization ?target } ?m2 ct:basis ct:Stated .
    OPTIONAL { ?through org:role ?role }
    BIND(1 AS ?one)
  }"""

_STRUCTURE = f"""{{
    {_related("ct:parentBody ct:affiliatedWith")}
  }} UNION {_MEMBERSHIPS}"""

# The date of what is done is a statement of the action, the role in it one of the participation.
_ACTION = "?through ct:actionKind ?action ."
_TREATIES = f"""{{
    {_ACTION} ?through ct:concerns ?target ; ct:evidence ?other .
    ?p ct:activity ?through ; ct:participant ?source ; ct:role ?role ; ct:evidence ?claim .
    BIND(0 AS ?one)
  }} UNION {{
    {stated_participations("p", "source", "role", f"{_ACTION} ?p ct:activity ?through .")}
    GRAPH ?concerning {{ ?through ct:concerns ?target }} ?concerning ct:basis ct:Stated .
    BIND(1 AS ?one)
  }}"""

# Who plans is tied to the plan by it, with what they mean to do as their role.
_PLANS = f"""{{
    {
    _related(
        "ct:plannedPartner ct:plannedChannel ct:plannedTarget ct:plannedActivity ct:plannedPlace"
        " ct:requestedBy ct:rationaleActor ct:continues ct:concerns ct:implements ct:newThreat"
        " ct:addresses ct:topic ct:advances ct:principle ct:focusPlace ct:workArea",
        _of_class("source", ("Direction",)),
    )
}
  }} UNION {{
    ?target ct:plannedBy ?source .
    VALUES ?said {{ ct:plannedBy ct:plannedAction }}
    GRAPH ?claim {{ ?target ?said ?value }} ?claim a ct:Claim ; ct:basis ?basis .
    OPTIONAL {{ ?target ct:plannedAction ?role }}
    BIND(?target AS ?through)
    BIND(IF(?value = ?source && ?basis = ct:Stated, 1, 0) AS ?one)
  }}"""

_THINGS = (
    *("Actor", "AdverseActor", "Activity", "Incident", "Instrument", "Place"),
    *("Goal", "WorkArea", "Policy", "Direction", "Outcome", "Indicator"),
)

# The statements are a sub-select: joined one by one with the classes they take minutes.
THINGS_SAID = f"""{{ SELECT * WHERE {{ {_STATEMENT} }} }}
    {_of_class("source", _THINGS)}
    {_of_class("target", _THINGS, "?target skos:inScheme ctv:topics")}"""
"""What claims say of one thing and another: ``?source ?target ?through ?relation ?claim ?one``."""

_EVERYTHING = f"""{{
    {THINGS_SAID}
  }} UNION {{
    ?p ct:participant ?source ; ct:activity ?target ; ct:role ?role ; ct:evidence ?claim .
    BIND(?target AS ?through)
    BIND(0 AS ?one)
  }} UNION {{
    {stated_participations("p", "source", "role")}
    BIND(?through AS ?target)
    BIND(1 AS ?one)
  }}"""

_ENDS = ("source", "target")


def _counted(*units: str) -> str:
    """Return a pattern of the figures in some units that are reported of a node."""
    listed = " ".join(f"ctv:{unit}" for unit in units)
    return f"""{{ VALUES ?unit {{ {listed} }}
    ?thing ct:figureOf ?node ; ct:unit ?unit ; ct:value ?value }}"""


VIEWS: dict[str, View] = {
    "cooperation": View(
        {"en": "Who cooperates with whom", "ja": "誰が誰と協力しているか"},
        _COOPERATION,
        "?source ct:cooperatesWith ?target",
        False,
        roles=("pRole", "qRole"),
    ),
    "activities": View(
        {"en": "Who takes part in what", "ja": "誰が何に参加しているか"},
        _ACTIVITIES,
        _TAKING_PART,
        False,
        roles=("role",),
    ),
    "goals": View(
        {"en": "What serves which goal", "ja": "何がどの目標に資するか"},
        _statements(_GOALS),
        _GOALS,
        True,
        things=_ENDS,
    ),
    "funding": View(
        {"en": "Who pays, through whom, for where", "ja": "誰が誰を通じてどこに拠出しているか"},
        _FUNDING,
        _money(_PASSED_ON) + " UNION " + _money(_SPENT),
        True,
        things=("through", "target"),
        roles=("role",),
    ),
    "structure": View(
        {"en": "Which body belongs to which", "ja": "どの組織がどこに属するか"},
        _statements(_STRUCTURE),
        _STRUCTURE,
        True,
        things=_ENDS,
    ),
    "membership": View(
        {"en": "Who is a member of what", "ja": "誰が何の構成員か"},
        _statements(_MEMBERSHIPS),
        _MEMBERSHIPS,
        True,
        roles=("role",),
        lasting=True,
        about=_counted("member-count", "founding-member-count"),
    ),
    "treaties": View(
        {
            "en": "Who signed or joined which treaty, or invites to it",
            "ja": "誰がどの条約に署名し、加わり、又は招請したか",
        },
        _statements(_TREATIES),
        _TREATIES,
        True,
        roles=("role",),
        about=_counted("party", "signatory", "ratification-needed")
        + " UNION { ?thing ct:actionKind ctv:entry-into-force ; ct:concerns ?node }",
    ),
    "plans": View(
        {"en": "What is planned, and with whom", "ja": "誰と何を行う方針か"},
        _statements(_PLANS),
        _PLANS,
        True,
        things=_ENDS,
    ),
    "everything": View(
        {"en": "Everything that is said", "ja": "述べられていること全て"},
        _statements(_EVERYTHING),
        f"{{ {THINGS_SAID} }} UNION {{ {_TAKING_PART} }}",
        True,
        things=_ENDS,
    ),
}
"""The views by name."""

QUERY = View({"en": "Result of a query", "ja": "問合せの結果"}, "", "", True, things=_ENDS)
"""The view that a query of the user's own makes; its rows are read elsewhere."""
