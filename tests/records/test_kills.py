"""A few of the kills that `python -m tests.records.kills` makes by the dozen."""

import pytest
from kills import PHASES, kill_once, make_states
from nbgrader_tools import need_nbgrader

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]


@pytest.fixture(scope="module")
def states(level, tmp_path_factory):
    need_nbgrader()
    return make_states(tmp_path_factory.mktemp("states"))


# Six kills: the seed chooses the signal, the moment and what stood there before.
@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_lost_whenever_a_grader_is_killed(states, tmp_path, seed):
    kill = kill_once(states, tmp_path, seed, PHASES[seed % len(PHASES)])
    assert kill.wrong == [], kill.told


def test_every_phase_has_moments_at_which_it_can_be_hit(states):
    for state in states.values():
        assert all(state.counts["own"][phase] > 20 for phase in PHASES), state.counts
