"""Every kind of case by its name, with the player that plays it: the one list of them.

`authoring/checks/` records cases of these kinds, and `worker/requests.py` says what each holds.
"""

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
