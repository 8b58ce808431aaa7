"""The registry of observations: every kind of case that a check can record."""

from collections.abc import Callable
from typing import Any

from autograder.worker import (
    player,
    player_calls,
    player_models,
    player_probes,
    player_shapes,
    player_training,
)
from autograder.worker.player import Namespace, Observation

KINDS: dict[str, Callable[[Namespace, dict[str, Any]], Observation]] = {
    **player.KINDS,
    **player_probes.PROBE_KINDS,
    **player_calls.CALL_KINDS,
    **player_models.MODEL_KINDS,
    **player_training.TRAINING_KINDS,
    **player_shapes.SHAPE_KINDS,
}
