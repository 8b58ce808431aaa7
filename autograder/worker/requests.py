"""What the judge asks of a worker, as JSON holds it: workload, submission, and every kind of case.

These are types alone: they tell mypy which keys a request has, at the end that makes it and at
the end that plays it, and they check nothing while the tool runs. The lines under a kind's name
are what its player observes with the keys; a key that may be absent says so.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, NotRequired, TypedDict

Numbers = Sequence[float]
# Operation first, then its operands: a node's number, or a plain number in a list of its own.
PlainStep = list[Any]


class Ready(NamedTuple):
    """A tape as `players.base.build` plays it.

    Attributes:
        constants: the plain operands of all steps.
        steps: of each the place of its node, its op and what plays it, and the places of its
            operands, None for a second one that is not there. Leaves, steps' nodes and
            constants have the places 0, 1, ..., in this order.
    """

    constants: tuple[float, ...]
    steps: tuple[tuple[int, str, Callable[..., Any], int, int | None], ...]


class PlainTape(TypedDict):
    """A tape: data of the leaves, then the steps."""

    leaves: list[float]
    steps: list[PlainStep]
    ready: NotRequired[Ready]  # added by a worker that plays the tape often; never sent


class PlainCase(TypedDict):
    """A case without what only the judge needs to know of it.

    `request` is one of the requests below, that of the case's kind.
    """

    kind: str
    request: Mapping[str, Any]
    ops: Sequence[str]
    within_s: float  # CPU seconds


class PlainWorkload(TypedDict):
    """What a worker is told once, before the first submission."""

    imports: Sequence[str]
    cases: list[PlainCase]
    cpu_s: float  # CPU seconds for all cases of a submission together
    cpu_hard_s: int  # CPU seconds after which the kernel ends the process
    asks: NotRequired[bool]  # whether some cases ask planted engines


# Number of a case, whether its probes are tried, numbers of its engine and of one that is right,
# and CPU seconds for the case.
PlainSlot = tuple[int, bool, int, int, float]


class PlainEngines(TypedDict):
    """What the process of the planted engines is told once."""

    sources: list[str]  # each defines `Value`
    slots: list[PlainSlot]
    cpu_hard_s: NotRequired[int]  # as for a worker; absent where the engines live in one


class EnginesRequest(TypedDict):
    """What the engines' process is told of one submission.

    `order` has pairs of a place in which a case is played and the case whose engine answers
    there; places that are missing stand for themselves.
    """

    order: list[tuple[int, int]]


class PlainReport(TypedDict):
    """What the engines' process says of one submission when that has ended."""

    told: list[tuple[int, int, float]]  # case, status, whether its probes tell
    over: list[tuple[int, str]]  # place, the bound that was hit


PlainBlock = tuple[str, str]  # label, source


class SubmissionRequest(TypedDict):
    """One submission to run on the workload's cases.

    `first` is the number of the first case to play; `stream` is whether each case gets a reply
    of its own, so that a crash tells which case it was.
    """

    blocks: Sequence[PlainBlock]
    first: int
    stream: bool


class LoadRequest(TypedDict):
    """One submission to keep loaded; its cases follow one by one."""

    imports: Sequence[str]
    blocks: Sequence[PlainBlock]


# Graphs ------------------------------------------------------------------------------------


class TapeRequest(TypedDict):
    """values, structure: a tape and nothing else."""

    tape: PlainTape


class OrderRequest(TypedDict):
    """order: what topological_order of the output gives."""

    tape: PlainTape
    upstream: float  # gradient of the output, with which a right order is walked back


class GradientsRequest(TypedDict):
    """gradients: of the leaves and of every node after backward."""

    tape: PlainTape
    calls: NotRequired[int]  # of backward; once if absent
    preset: NotRequired[float]  # gradient that each leaf holds before; if absent, its own
    layout: NotRequired[int]  # idle objects between allocations, which move addresses


class RuleRequest(TypedDict):
    """rule: what one node's rule adds to its leaves."""

    tape: PlainTape
    upstream: float
    preset: float
    calls: int


class NodeRequest(TypedDict):
    """node: what a node made by hand remembers."""

    data: float
    parents: list[float]  # data of each
    symbol: str


class CycleRequest(TypedDict):
    """cycle: whether a graph is refused with ValueError."""

    tape: PlainTape
    child: int | None  # the node made to depend on the output; None for no cycle
    method: str  # called on the output


class ChainRequest(TypedDict):
    """chain: output and leaf gradient of one step repeated many times."""

    start: float  # data of the leaf
    beside: float | None  # data of a second leaf that every step uses
    step: PlainStep
    times: int


class ReprRequest(TypedDict):
    """repr: whether it contains each of the texts, and its numbers."""

    data: float
    parts: list[str]


# Functions of the submission ---------------------------------------------------------------


class CallRequest(TypedDict):
    """call: what a function gives back."""

    name: str
    args: list[Any]  # numbers, lists of numbers, tapes as functions of numbers
    afterwards: NotRequired[bool]  # observe instead what the lists hold when it is done


class ErrorOrderRequest(TypedDict):
    """error-order: how much smaller a difference's error gets when its step is halved."""

    name: str
    tape: PlainTape
    x: float
    h: float
    slope: float  # the exact one


class PlainEngine(TypedDict, total=False):
    """An engine: either the name of a class of the lesson or a source that defines `Value`.

    A source never goes to a worker: `sandbox.engines.planted` puts the number of its case in
    its place, and the worker, before it plays, an `Asked`.
    """

    name: str
    source: str
    draw: str  # with a source: what the course's seed has drawn for its case
    fault: str  # where its fault is, in a word or two


class GradcheckRequest(TypedDict):
    """gradcheck: the verdict of the student's gradcheck on one engine."""

    tape: PlainTape
    at: list[float]
    engine: PlainEngine | int
    afterwards: NotRequired[bool]  # observe instead what the list of inputs holds


class ProbesRequest(TypedDict):
    """probes: whether some probe of the student's tells an engine from a right one."""

    engine: PlainEngine | int
    right: NotRequired[PlainEngine]  # always, where the engine is no number


# Models and training -----------------------------------------------------------------------


class MakeRequest(TypedDict):
    """parameters, and the part of the next ones that makes a model."""

    make: str  # a class: Neuron, Layer, MLP
    args: list[Any]
    options: NotRequired[dict[str, Any]]  # keyword arguments
    weights: NotRequired[list[float]]  # of all weights and biases; if absent, as drawn


class ModelRequest(MakeRequest):
    """model: outputs, then gradients of weights and inputs."""

    inputs: list[list[float]]
    mix: list[float]  # a factor for each output: backward starts from the sum of the products
    values: bool  # whether inputs are Values


class RefusalRequest(MakeRequest):
    """refusal: whether an input is refused with ValueError."""

    input: list[float]


class StartRequest(TypedDict):
    """start: what a new model's weights are like."""

    make: str
    args: list[Any]


class ZeroGradRequest(TypedDict):
    """zero_grad: gradients and data of a Module's parameters after it."""

    data: list[float]
    grads: list[float]


class OnValuesRequest(TypedDict):
    """on_values: a function of a list of Values, and the gradients that it leaves."""

    name: str
    data: list[float]  # of the Values
    rest: list[Any]  # further arguments
    plain: bool  # whether a plain number is due, which has no gradients


class ShapedRequest(TypedDict):
    """shaped: a nested result, each list as its length and then its items."""

    name: str
    args: list[Any]  # plain data, or {"model": MakeRequest}
    optional: NotRequired[bool]  # whether the result may be None


class StepRequest(TypedDict):
    """step: data and gradients of parameters after sgd_step."""

    name: str
    data: list[float]
    grads: list[float]
    rate: float
    times: int


class TrainingRequest(MakeRequest):
    """training: losses, and every parameter after each step."""

    name: str  # of the loop
    batches: list[Any]  # a pair of inputs and targets for each step, or one pair for all
    steps: int
    strength: float  # of the penalty
    walks: bool  # observe the walks back instead
    loss: NotRequired[str]  # the submission's; if absent, the judge's own
    rate: NotRequired[float | None]  # one for all steps
    rates: NotRequired[list[float]]  # or one for each


class MinibatchRequest(TypedDict):
    """minibatch: what drawing minibatches is like."""

    name: str
    count: int  # of examples
    size: int
    draws: int
