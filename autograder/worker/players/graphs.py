"""Players of cases on graphs: data, gradients, one rule alone, parents, order, cycles, chains.

They use a student's `Value` through its operators and the names that the lessons give.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from autograder.worker.players.base import (
    FLOAT_ALONE,
    OPS,
    Namespace,
    Observation,
    build,
    get,
    number,
)
from autograder.worker.requests import (
    ChainRequest,
    CycleRequest,
    GradientsRequest,
    NodeRequest,
    OrderRequest,
    ReprRequest,
    RuleRequest,
    TapeRequest,
)


def _data(nodes: Sequence[Any]) -> Observation:
    return _numbers([node.data for node in nodes], "data")


def _grads(nodes: Sequence[Any]) -> Observation:
    return _numbers([node.grad for node in nodes], "grad")


def _numbers(found: list[Any], what: str) -> Observation:
    if {*map(id, map(type, found))} == FLOAT_ALONE:
        return found
    return [number(x, what) for x in found]


def play_values(namespace: Namespace, request: TapeRequest) -> Observation:
    """Data of every node, output first."""
    nodes = build(namespace, request["tape"])
    return _data([nodes[-1], *nodes])


def play_gradients(namespace: Namespace, request: GradientsRequest) -> Observation:
    """Data of the output and gradients of the leaves; then gradients of every node.

    request: tape; preset (gradient each leaf holds before); calls of backward;
    layout, a number of idle objects between allocations, which moves addresses.
    """
    layout = request.get("layout", 0)
    idle = [object() for _ in range(layout)]
    nodes = build(namespace, request["tape"], request.get("preset"))
    del idle[::2]
    output = nodes[-1]
    for _ in range(request.get("calls", 1)):
        output.backward()
    data, grads = _data(nodes), _grads(nodes)
    return [data[-1], *grads[: len(request["tape"]["leaves"])], *grads, *data]


def play_rule(namespace: Namespace, request: RuleRequest) -> Observation:
    """Gradients and data of every node after one node's rule alone, with any upstream gradient.

    A rule adds to the gradients of its parents and leaves all else as it was.
    """
    nodes = build(namespace, request["tape"])
    output = nodes[-1]
    for node in nodes[:-1]:
        node.grad = request.get("preset", 0.0)
    for _ in range(request.get("calls", 1)):
        output.grad = request["upstream"]
        output._backward()
    return [*_grads(nodes), *_data(nodes)]


def play_structure(namespace: Namespace, request: TapeRequest) -> Observation:
    """How each step's node was made: has it an op's name, and who are its parents.

    Parents are looked for through nodes that the tape does not know: a - b may be built
    as a + (-b). For each step: 1 if `_op` is a text that is not empty, else 0; then the
    parents as a sum of 2**number.
    """
    nodes = build(namespace, request["tape"])
    seen: Observation = []
    for node in nodes[len(request["tape"]["leaves"]) :]:
        named = isinstance(node._op, str) and node._op.strip() != ""
        seen += [float(named), float(sum(2**k for k in _known_parents(node, nodes)))]
    return seen


def _known_parents(node: Any, nodes: Sequence[Any]) -> set[int]:
    """Numbers of the tape's nodes that a node was made from."""
    place = {id(n): k for k, n in reversed(list(enumerate(nodes)))}
    found: set[int] = set()
    seen: set[int] = set()
    waiting = list(node._prev)
    while waiting:
        parent = waiting.pop()
        if id(parent) in place:
            found.add(place[id(parent)])
        elif id(parent) not in seen:
            seen.add(id(parent))
            waiting.extend(parent._prev)
    return found


def play_node(namespace: Namespace, request: NodeRequest) -> Observation:
    """What a node made by hand remembers.

    request: data, parents (data of each), symbol. Observes data, grad, its parents as a
    sum of 2**number, how many others are among them, 1 if `_op` is the symbol, how many
    parents a leaf has, and 1 if a leaf's `_op` is empty.
    """
    value = get(namespace, "Value")
    parents = [value(x) for x in request["parents"]]
    node = value(request["data"], tuple(parents), request["symbol"])
    found = list(node._prev)
    known = sum(2**k for k, p in enumerate(parents) if any(q is p for q in found))
    others = sum(all(q is not p for p in parents) for q in found)
    leaf = parents[0]
    return [
        number(node.data, "data"),
        number(node.grad, "grad"),
        float(known),
        float(others),
        float(node._op == request["symbol"]),
        float(len(list(leaf._prev))),
        float(leaf._op == ""),
    ]


def play_order(namespace: Namespace, request: OrderRequest) -> Observation:
    """The order that topological_order of the output gives, whichever of the valid ones.

    Returns nodes left out, entries too many (a node listed twice, or one that the output
    does not depend on), nodes that stand before one of their parents, and 1 if the output
    stands last; then the place of each of the tape's nodes in the list, -1 if it is not
    there. The judge checks the places: four constants would be too easy to say. At last the
    gradients of the leaves once the nodes' own rules are called in that order, backwards, for
    an order could be said without a graph; 0 where the order is none.
    """
    nodes = build(namespace, request["tape"])
    order = list(nodes[-1].topological_order())
    place = {id(node): k for k, node in reversed(list(enumerate(order)))}
    reachable, waiting = {id(nodes[-1]): nodes[-1]}, [nodes[-1]]
    while waiting:
        for parent in waiting.pop()._prev:
            if id(parent) not in reachable:
                reachable[id(parent)] = parent
                waiting.append(parent)
    left_out = sum(key not in place for key in reachable)
    too_many = len(order) - (len(reachable) - left_out)
    early = sum(
        any(place.get(id(p), -1) > place[key] for p in node._prev)
        for key, node in reachable.items()
        if key in place
    )
    last = bool(order) and order[-1] is nodes[-1]
    counts = [float(left_out), float(too_many), float(early), float(last)]
    places = [float(place.get(id(node), -1)) for node in nodes]
    leaves = nodes[: len(request["tape"]["leaves"])]
    if left_out or too_many or early or not last:
        return [*counts, *places, *[0.0] * len(leaves)]
    _walk_back(order, request["upstream"])
    return [*counts, *places, *_grads(leaves)]


def _walk_back(order: Sequence[Any], upstream: float) -> None:
    """Call each node's rule; a class that keeps its rules elsewhere walks itself."""
    output = order[-1]
    if not all(hasattr(node, "_backward") for node in order):
        (output * upstream).backward()
        return
    output.grad = upstream
    for place in range(len(order) - 1, -1, -1):
        order[place]._backward()


def play_cycle(namespace: Namespace, request: CycleRequest) -> Observation:
    """1 if a graph is refused with ValueError, 0 if it is accepted.

    request: tape; method to call on the output; child, number of the node that is made to
    depend on the output, or None for a graph without a cycle.
    """
    nodes = build(namespace, request["tape"])
    if request["child"] is not None:
        nodes[request["child"]]._prev = (nodes[-1],)
    try:
        get({"node": nodes[-1]}, "node." + request["method"])()
    except ValueError:
        return [1.0]
    return [0.0]


def play_chain(namespace: Namespace, request: ChainRequest) -> Observation:
    """Data of the output and gradient of the leaf of one step repeated many times.

    request: start, data of the leaf; beside, data of a second leaf that every step uses, or
    None; step; times.
    """
    value = get(namespace, "Value")
    leaf = node = value(request["start"])
    beside = None if request["beside"] is None else value(request["beside"])
    op, *args = request["step"]
    play, times = OPS[op], range(request["times"])
    # one loop for each shape of a step: it runs thousands of times
    if args == [0]:
        for _ in times:
            node = play(node)
    elif args == [0, 0]:
        for _ in times:
            node = play(node, node)
    else:
        left, right = (a[0] if isinstance(a, list) else beside for a in args)
        if args[0] == 0:
            for _ in times:
                node = play(node, right)
        else:
            for _ in times:
                node = play(left, node)
    node.backward()
    return [number(node.data, "data"), number(leaf.grad, "grad")]


def play_repr(namespace: Namespace, request: ReprRequest) -> Observation:
    """1 if repr of a fresh Value contains each of the given texts, else 0; then its numbers."""
    text = repr(get(namespace, "Value")(request["data"]))
    numbers = [float(word) for word in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text)]
    return [float(all(part in text for part in request["parts"])), *numbers]


GRAPH_KINDS: dict[str, Callable[[Namespace, Any], Observation]] = {
    "values": play_values,
    "gradients": play_gradients,
    "rule": play_rule,
    "structure": play_structure,
    "node": play_node,
    "order": play_order,
    "cycle": play_cycle,
    "chain": play_chain,
    "repr": play_repr,
}
