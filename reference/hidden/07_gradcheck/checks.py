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
    """Try probes on every fault of a group, and on right engines, which they must clear."""
    for fault in GROUPS["right"]:  # or an answer that is always yes would do
        student.probes(engine(fault["id"]), right=RIGHT)
    for fault in GROUPS[group]:
        where = fault.get("where") or fault["id"].split()[0]
        student.probes(engine(fault["id"]), right=RIGHT, about=where)


def examine(student, function, at, *faults):
    """Ask for a verdict on engines of which some are right and some wrong at this point.

    subtle: never on one alone: a table of points would answer for the student. And some are
    right though they compute something else, or a right engine to compare with would do.
    """
    assert len(faults) > 1
    for fault in faults:
        student.gradcheck(function, at, engine=engine(fault) if fault != "none" else RIGHT)


@check(task="relative error", points=2.5)
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


@check(task="numeric gradient", points=2.5)
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
    requires=["slopes_to_six_digits"],
    because="looks at the inputs themselves; elsewhere the damage shows only by chance",
)
def slopes_leave_inputs_alone(student):
    """The list of inputs holds the same numbers afterwards."""
    student.returns("numeric_gradient", lambda a, b: a * b, [2.0, 0.1], afterwards=True)


@check(task="gradcheck", points=3)
def every_input_is_examined(student):
    """One wrong gradient is enough, whichever input it belongs to."""
    at = [6.0, 2.0]
    examine(student, lambda a, b: a / b, at, "div has the wrong sign", "div through the reciprocal")
    examine(student, lambda a, b: a - b, at, "none", "sub adds on the right")
    at = [0.5, 2.0]
    examine(student, lambda a, b: a.tanh() + b, at, "tanh from the input", "tanh in factors")
    at = [1.5, -2.0, 0.75]
    examine(student, lambda a, b, c: a * b / c, at, "none", "div forgets the denominator")
    examine(
        student,
        lambda a, b: a - 1.5 * b,
        [0.5, 2.0],
        "mul means a quarter more",
        "mul means a quarter more but not its slope",
        "none",
    )


@check(task="gradcheck", points=2.5)
def small_errors_are_errors(student):
    """An error of a few parts in ten thousand is found, and far less is no error."""
    examine(student, lambda a: a.exp(), [3.5], "none", "exp with 2.718 for e")
    half = "everything is off by half a percent"
    examine(
        student,
        lambda a, b: a * b,
        [1.5, 2.0],
        "a part in ten million",
        half,
        "mul means a quarter more",
        "mul means a quarter more but not its slope",
    )
    examine(student, lambda a: -a, [0.5], "none", "neg forgets the sign")


@check(task="gradcheck", points=3)
def every_scale(student):
    """Verdicts hold where gradients are tiny, huge or zero."""
    examine(
        student,
        lambda a: 1e-6 * a.tanh(),
        [0.5],
        "none",
        "tanh from the input",
        "tanh means another bend",
        "tanh means another bend but not its slope",
    )
    examine(student, lambda a: a.exp(), [15.0], "none", "exp with 2.718 for e")
    half = "everything is off by half a percent"
    examine(student, lambda a: a**3, [200.0], "none", half)
    examine(student, lambda a, b: a + b - a, [-1.6, -1.6], "none", "sub adds on the right")
    tenths = [1.1, -2.8]
    examine(student, lambda a, b: (a + b) * 0.7 - a * 0.7, tenths, "none", "sub adds on the right")
    examine(student, lambda a, b: 0 * a + b.tanh(), [0.5, 0.7], "none", "mul is swapped")


@check(
    task="gradcheck",
    points=2,
    because="asks for the engine's own values in an operation that other checks leave alone",
)
def an_engine_may_compute_something_else(student):
    """A gradient is right if it belongs to what the engine computes."""
    examine(
        student,
        lambda a, b: a.exp() * b,
        [1.5, -0.5],
        "none",
        "exp means powers of two",
        "exp means powers of two but not its slope",
        "exp has the slope of powers of two",
    )
    twice = "div means twice the quotient"
    examine(student, lambda a, b: b / a, [1.5, -0.5], "none", twice, f"{twice} but not its slope")


@check(
    task="gradcheck",
    points=1,
    requires=["every_input_is_examined"],
    because="looks at the inputs themselves; elsewhere the damage shows only by chance",
)
def verdicts_leave_inputs_alone(student):
    """The list of inputs holds the same numbers afterwards."""
    student.gradcheck(lambda a, b: a * b, [2.0, 0.1], engine=RIGHT, afterwards=True)


# Where a gradient is an end of what is right, the functions are such that rounding leaves the
# side slope exact: whether an end is compared with <= or with agree, the verdict is the same.
STEP_PART = 2.0**-23  # less than a step


@check(task="kinks", points=2.5)
def no_alarm_near_a_kink(student):
    """No alarm on a kink or less than a step from it, whatever stands around it."""
    examine(
        student,
        lambda a: -2 * a.relu(),
        [0.0],
        "half at the kink",
        "one at the kink",
        "a quarter at the kink",
        "beyond the kink",
        "relu leaks",
        "relu leaks but not its slope",
    )
    both = lambda a: a.relu() + (-a).relu()  # noqa: E731 - as a student writes it
    examine(student, both, [0.0], "none", "upstream is added")
    wrong = "tanh from the input"
    examine(student, lambda a: a.relu() * 2 + (a - 2).tanh(), [1e-7], "none", wrong)
    for x in (STEP_PART, -STEP_PART):
        examine(student, lambda a: a.relu() * 2 - 4 * a, [x], "none", "upstream is added")
    examine(student, lambda a, b: (a - b).relu() * b, [2.0, 2.0], "none", "mul is swapped")


@check(task="kinks", points=2)
def a_kink_excuses_nobody(student):
    """A wrong gradient is found on a kink too, and beside an input that is on one."""
    wrong = "exp from the input"
    examine(student, lambda a: a.relu() + a.exp(), [0.0], "none", wrong)
    examine(student, lambda a, b: a.relu() + b.exp(), [0.0, 1.5], "none", wrong)
    examine(student, lambda a, b: a.relu() + b.exp(), [1.0, 1.5], "none", wrong)
    examine(
        student,
        lambda a, b: a.exp() + b.relu(),
        [1.5, 0.0],
        "none",
        wrong,
        "exp means powers of two",
        "exp means powers of two but not its slope",
    )


@check(task="probes", points=4.75)
def probes_find_wrong_rules(student):
    """Your probes find wrong local derivatives in any operation."""
    tell_all(student, "rules")


@check(task="probes", points=1.5)
def probes_find_a_lost_upstream(student):
    """Your probes find engines that mishandle the upstream gradient."""
    tell_all(student, "upstream")


@check(task="probes", points=1.75)
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
