"""What depends on what: from sources through facts, measures and fields to segments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from keepwell.catalog.kinds import Measure, Rhythm, Segment, Source
from keepwell.catalog.plan import Plan


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A definition, or (of kind ``fact``) a kind of fact."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """``below`` rests on ``above``: data flow from above to below."""

    above: Node
    below: Node


def dependencies(plan: Plan) -> tuple[Edge, ...]:
    """Every edge between definitions at work, sorted."""
    edges: set[Edge] = set()
    for definition in plan.definitions():
        here = Node(definition.kind, definition.name)
        if isinstance(definition, Source):
            edges.add(Edge(here, Node("fact", definition.fact)))
            if definition.name in plan.orders_from_lines:
                edges.add(Edge(Node("fact", "order_line"), Node("fact", "order")))
        elif isinstance(definition, Measure | Rhythm):
            edges.add(Edge(Node("fact", definition.of), here))
        else:
            edges |= {Edge(above, here) for above in _fields_above(plan, here)}
    return tuple(sorted(edges))


def sources_of(plan: Plan, field: str) -> frozenset[str]:
    """The sources whose facts a field rests on, through whatever fields lie between; none of a tag."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = {field}
    while waiting:
        owner = plan.owner(waiting.pop())
        if owner is None or owner.name in seen:
            continue
        seen.add(owner.name)
        if isinstance(owner, Measure | Rhythm):
            found |= {
                name
                for name, source in plan.sources.items()
                if source.fact == owner.of or (owner.of == "order" and name in plan.orders_from_lines)
            }
        else:
            waiting |= plan.depends_on(owner.name, owner.kind)
    return frozenset(found)


def as_mermaid(plan: Plan) -> str:
    """The graph in Mermaid's text form; sources at the left."""
    edges = dependencies(plan)
    nodes = sorted({node for edge in edges for node in (edge.above, edge.below)})
    shapes = {Source.kind: ("[(", ")]"), "fact": ("[/", "/]"), Segment.kind: ("([", "])")}
    lines = ["flowchart LR"]
    for node in nodes:
        start, end = shapes.get(node.kind, ("[", "]"))
        lines.append(f'  {_id(node)}{start}"{node.name}"{end}')
    lines += [f"  {_id(edge.above)} --> {_id(edge.below)}" for edge in edges]
    return "\n".join(lines) + "\n"


def as_tree(plan: Plan) -> str:
    """An indented tree from what nothing rests on (segments above all) down to the sources.

    What has been shown once is named again with … and not shown further.
    """
    above: dict[Node, list[Node]] = defaultdict(list)
    used: set[Node] = set()
    for edge in dependencies(plan):
        above[edge.below].append(edge.above)
        used.add(edge.above)
    roots = sorted(set(above) - used, key=lambda node: (node.kind != Segment.kind, node.kind, node.name))
    lines: list[str] = []
    shown: set[Node] = set()
    waiting = [(root, 0) for root in reversed(roots)]
    while waiting:
        node, depth = waiting.pop()
        again = node in shown and bool(above.get(node))
        lines.append(f"{'  ' * depth}{node}{' …' if again else ''}")
        if not again:
            shown.add(node)
            waiting += [(child, depth + 1) for child in reversed(above.get(node, []))]
    return "\n".join(lines) + "\n"


def _fields_above(plan: Plan, node: Node) -> set[Node]:
    """The definitions that give the fields which a derived field or segment uses; those asleep give none."""
    owners = map(plan.owner, plan.depends_on(node.name, node.kind))
    return {Node(owner.kind, owner.name) for owner in owners if owner and owner not in plan.asleep}


def _id(node: Node) -> str:
    return f"{node.kind}_{node.name}"
