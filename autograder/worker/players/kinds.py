"""The registry of observations: every kind of case that a check can record."""

from collections.abc import Callable
from typing import Any

from autograder.worker.players import calls, graphs, models, probes, shapes, training
from autograder.worker.players.base import Namespace, Observation

KINDS: dict[str, Callable[[Namespace, Any], Observation]] = {
    **graphs.GRAPH_KINDS,
    **probes.PROBE_KINDS,
    **calls.CALL_KINDS,
    **models.MODEL_KINDS,
    **training.TRAINING_KINDS,
    **shapes.SHAPE_KINDS,
}
