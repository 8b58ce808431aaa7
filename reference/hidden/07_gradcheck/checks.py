"""Hidden checks of 07: engines with faults that no lesson shows."""

from pathlib import Path

import yaml

from autograder.authoring.checks.vocabulary import check
from autograder.authoring.lessons.regions import replace_in_region

PLANTED = Path(__file__).parent / "planted"
RIGHT = (PLANTED / "engine.py").read_text(encoding="utf-8")
GROUPS = yaml.safe_load((PLANTED / "faults.yml").read_text(encoding="utf-8"))
FAULTS = {fault["id"]: fault for group in GROUPS.values() for fault in group}


def engine(fault):
    """The source of the engine with this fault in it."""
    entry = FAULTS[fault]
    return replace_in_region(
        RIGHT, entry["region"], entry["replace"], file=PLANTED / "faults.yml", key=fault
    )


def tell_all(student, group):
    """Try probes on every fault of a group, with right engines among them."""
    right = GROUPS["right"]
    for k, fault in enumerate(GROUPS[group]):
        # a rule's fault is named by its operation, and no further
        about = fault["id"].split()[0] if group == "rules" else ""
        student.probes(engine(fault["id"]), right=RIGHT, about=about)
        if k % 5 == len(group) % 5:  # or an answer that is always yes would do
            student.probes(engine(right[k % len(right)]["id"]), right=RIGHT)


@check(task="relative error", points=2)
def errors_of_any_sign_and_size(student):
    """Relative errors of negative, tiny, huge and opposite numbers."""
    student.returns("relative_error", 1.0, -1.0)
    student.returns("relative_error", -2.0, -8.0)
    student.returns("relative_error", 3.0, 0.0)
    student.returns("relative_error", 0, -4)
    student.returns("relative_error", 4e-9, 1e-9)
    student.returns("relative_error", -5e12, 4e12)


@check(task="side slopes", points=2)
def sides_elsewhere(student):
    """Left and right slopes of other functions, along any input, at large inputs too."""
    student.returns("side_slopes", lambda a, b: a.relu() - 2 * b.relu() + a, [1.5, 0.0], 1)
    student.returns("side_slopes", lambda a, b: a.relu() - 2 * b.relu() + a, [1.5, 0.0], 0)
    student.returns("side_slopes", lambda a: (a - 3e6).relu() * 2 - a, [3e6], 0)
    student.returns("side_slopes", lambda a: (a + 3e6).relu() * 2 - a, [-3e6], 0)


@check(task="numeric gradient", points=2)
def slopes_to_six_digits(student):
    """Slopes of other functions, each along its own input."""
    student.returns("numeric_gradient", lambda a, b: a**4 * b - b**3, [2.0, -1.5])
    student.returns(
        "numeric_gradient", lambda a, b, c: (a * b).tanh() + c.exp() * a, [0.5, 1.5, -0.75]
    )
    student.returns("numeric_gradient", lambda a: a.exp() / a, [2.5])
    student.returns("numeric_gradient", lambda a, b: a.exp() * b + b.tanh(), [0, 0.0])


@check(task="numeric gradient", points=1)
def slopes_at_large_inputs(student):
    """Slopes where the inputs are large, and floats are coarse."""
    student.returns("numeric_gradient", lambda a: a * a, [3.1e8])
    student.returns("numeric_gradient", lambda a, b: a * b * b - a * a, [-2e5, 4e5])
    student.returns("numeric_gradient", lambda a: 1e6 / a, [5000])


@check(
    task="numeric gradient",
    points=1,
    requires=["slopes_of_a_small_graph"],
    because="looks at the inputs themselves; elsewhere the damage shows only by chance",
)
def slopes_leave_inputs_alone(student):
    """The list of inputs holds the same numbers afterwards."""
    student.returns("numeric_gradient", lambda a, b: a * b, [2.0, 0.1], afterwards=True)


@check(task="gradcheck", points=2)
def every_input_is_examined(student):
    """One wrong gradient is enough, whichever input it belongs to."""
    student.gradcheck(lambda a, b: a / b, [6.0, 2.0], engine=engine("div has the wrong sign"))
    student.gradcheck(lambda a, b: a - b, [6.0, 2.0], engine=engine("sub adds on the right"))
    student.gradcheck(lambda a, b: a.tanh() + b, [0.5, 2.0], engine=engine("tanh from the input"))
    student.gradcheck(lambda a, b, c: a * b / c, [1.5, -2.0, 0.75], engine=RIGHT)


@check(task="gradcheck", points=2)
def small_errors_are_errors(student):
    """An error of a few parts in ten thousand is found, one of a part in ten million is not."""
    student.gradcheck(lambda a: a.exp(), [3.5], engine=engine("exp with 2.718 for e"))
    student.gradcheck(
        lambda a, b: a * b, [1.5, 2.0], engine=engine("everything is off by half a percent")
    )
    student.gradcheck(lambda a, b: a * b, [1.5, 0.7], engine=engine("a part in ten million"))
    student.gradcheck(lambda a: -a, [0.5], engine=engine("neg forgets the sign"))


@check(task="gradcheck", points=3)
def every_scale(student):
    """Verdicts hold where gradients are tiny, huge or zero."""
    student.gradcheck(lambda a: 1e-6 * a.tanh(), [0.5], engine=RIGHT)
    student.gradcheck(lambda a: 1e-6 * a.tanh(), [0.5], engine=engine("tanh from the input"))
    student.gradcheck(lambda a: a.exp(), [20.0], engine=RIGHT)
    student.gradcheck(lambda a: a**3, [200.0], engine=RIGHT)
    student.gradcheck(lambda a: a**3, [200.0], engine=engine("everything is off by half a percent"))
    student.gradcheck(lambda a: (a - 0.3) ** 2, [0.3], engine=RIGHT)
    student.gradcheck(lambda a, b: a + b - a, [-1.6, -1.6], engine=RIGHT)
    student.gradcheck(lambda a, b: (a + b) * 0.7 - a * 0.7, [1.1, -2.8], engine=RIGHT)
    student.gradcheck(lambda a, b: 0 * a + b.tanh(), [0.5, 0.7], engine=RIGHT)
    student.gradcheck(lambda a, b: 0 * a + b.tanh(), [0.5, 0.7], engine=engine("mul is swapped"))


@check(task="gradcheck", points=1)
def an_engine_may_compute_something_else(student):
    """A gradient is right if it belongs to what the engine computes."""
    other = engine("exp means powers of two")
    student.gradcheck(lambda a, b: a.exp() * b, [1.5, -0.5], engine=other)
    other = engine("exp means powers of two but not its slope")
    student.gradcheck(lambda a, b: a.exp() * b, [1.5, -0.5], engine=other)


@check(
    task="gradcheck",
    points=1,
    requires=["verdicts_on_friends"],
    because="looks at the inputs themselves; elsewhere the damage shows only by chance",
)
def verdicts_leave_inputs_alone(student):
    """The list of inputs holds the same numbers afterwards."""
    student.gradcheck(lambda a, b: a * b, [2.0, 0.1], engine=RIGHT, afterwards=True)


@check(task="kinks", points=2)
def no_alarm_near_a_kink(student):
    """No alarm on a kink or less than a step from it, whatever stands around it."""
    for fault in ("half at the kink", "one at the kink"):
        student.gradcheck(lambda a: -2.5 * a.relu(), [0.0], engine=engine(fault))
    # subtle: rounding puts the side slope a hair below 2.1, which this engine says
    other = engine("one at the kink")
    student.gradcheck(lambda a: (a - 0.7).relu() * 2.1, [0.7], engine=other)
    student.gradcheck(lambda a: a.relu() + (-a).relu(), [0.0], engine=RIGHT)
    wrong = engine("tanh from the input")
    student.gradcheck(lambda a: a.relu() * 2 + (a - 2).tanh(), [1e-7], engine=wrong)
    student.gradcheck(lambda a: a.relu() * 2 + a, [1e-7], engine=RIGHT)
    student.gradcheck(lambda a: a.relu() * 2 + a, [-1e-7], engine=RIGHT)
    student.gradcheck(lambda a, b: (a - b).relu() * b, [2.0, 2.0], engine=RIGHT)


@check(task="kinks", points=2)
def a_kink_excuses_nobody(student):
    """A wrong gradient is found on a kink too, and beside an input that is on one."""
    wrong = engine("exp from the input")
    student.gradcheck(lambda a: a.relu() + a.exp(), [0.0], engine=wrong)
    student.gradcheck(lambda a, b: a.relu() + b.exp(), [0.0, 1.5], engine=wrong)
    student.gradcheck(lambda a, b: a.relu() + b.exp(), [1.0, 1.5], engine=RIGHT)
    student.gradcheck(lambda a, b: b.exp() + a.relu(), [1.5, 0.0], engine=wrong)


@check(task="probes", points=4)
def probes_find_wrong_rules(student):
    """Your probes find wrong local derivatives in any operation."""
    tell_all(student, "rules")


@check(task="probes", points=2)
def probes_find_a_lost_upstream(student):
    """Your probes find engines that mishandle the upstream gradient."""
    tell_all(student, "upstream")


@check(task="probes", points=2)
def probes_find_lost_uses(student):
    """Your probes find engines that lose one of two uses."""
    tell_all(student, "uses")


@check(task="probes", points=2)
def probes_find_wrong_walks(student):
    """Your probes find engines that walk in a wrong order, or start wrongly."""
    tell_all(student, "walk")


@check(task="probes", points=1, requires=["probes_find_wrong_rules"])
def probes_raise_no_alarm(student):
    """Your probes stay off the kink, where right engines differ."""
    for fault in ("half at the kink", "one at the kink"):
        student.probes(engine(fault), right=RIGHT)
