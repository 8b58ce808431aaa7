"""Hidden checks of 01."""

from autograder.authoring.checks.vocabulary import check


@check(task="forward difference", points=3)
def forward_elsewhere(student):
    """Forward differences of other functions, at other points, whole numbers too."""
    student.returns("forward_difference", lambda x: x**3 - x, 2.0, 0.5)
    student.returns("forward_difference", lambda x: 1 / x, -0.5, 0.25)
    student.returns("forward_difference", lambda x: x.exp(), 1.25, 0.01)
    student.returns("forward_difference", lambda x: x**2, 3, 2)
    student.returns("forward_difference", lambda x: x * x * x, -4, 3)
    student.returns("forward_difference", lambda x: 5 - x, 7, 4)
    student.returns("forward_difference", lambda x: 1 / x, 1, 3)


@check(task="central difference", points=2)
def central_elsewhere(student):
    """Central differences of other functions, at other points, with other steps."""
    student.returns("central_difference", lambda x: x**3 - x, 2.0, 0.5)
    student.returns("central_difference", lambda x: 1 / x, -0.5, 0.25)
    student.returns("central_difference", lambda x: x.tanh(), 0.75, 0.01)
    student.returns("central_difference", lambda x: 1 / x, 3, 2)


@check(task="slopes by formula", points=1)
def formulas_everywhere(student):
    """The slope formulas are right at other points, left of 0 too."""
    for name in ("slope_of_square", "slope_of_parabola"):
        student.returns(name, -2.0)
        student.returns(name, 0)
        student.returns(name, 7)
        student.returns(name, 0.3)


@check(task="slopes by formula", points=1)
def where_it_is_flat(student):
    """The parabola is flat at one x."""
    student.returns("flat_point")


@check(task="error curve", points=1.5)
def errors_have_no_sign(student):
    """Errors above and below the true slope, for as many steps as there are."""
    student.returns(
        "errors", lambda f, x, h: h - x, lambda x: x**2, 1.5, -1.25, [0.5, 0.25, 0.125, 2.0]
    )
    student.returns("errors", lambda f, x, h: x / h, lambda x: 5 * x, 3, 5, [1])


@check(task="partials", points=3)
def partials_to_six_digits(student):
    """Partials of other functions, steep ones too, are right to six digits."""
    student.returns("partials", lambda a: 1e9 * a, [0.5])
    student.returns("partials", lambda a, b: a * b**2, [2, 5])
    student.returns("partials", lambda a, b: a**4 * b - b**3, [2.0, -1.5])
    student.returns("partials", lambda a, b, c: (a * b).tanh() + c.exp() * a, [0.5, 1.5, -0.75])
    student.returns("partials", lambda a: a.exp() / a, [2.5])
    student.returns("partials", lambda a, b, c, d: a * b * c * d - d**3, [0.5, -2.0, 3.0, 1.25])


@check(
    task="partials",
    points=1,
    requires=["partials_of_a_small_graph"],
    because="looks at the inputs themselves; elsewhere the damage shows only by chance",
)
def partials_leave_inputs_alone(student):
    """The list of inputs holds the same numbers afterwards."""
    student.returns("partials", lambda a, b: a * a * b, [2.0, 0.1], afterwards=True)


@check(task="one step", points=1.5)
def steps_of_several_inputs(student):
    """All inputs move, each along its own slope."""
    for name in ("step_uphill", "step_downhill"):
        student.returns(name, [2.0, -1.0, 0.5], [-3.0, 0.25, 0.0], 0.5)
        student.returns(name, [3, 4], [2, -1], 2)


@check(task="one step", points=1, requires=["one_step_each_way"])
def steps_leave_inputs_alone(student):
    """A step gives back a new list; the old point is still there."""
    student.returns("step_uphill", [2.0, -1.0], [-3.0, 0.25], 0.5, afterwards=True)
    student.returns("step_downhill", [2.0, -1.0], [-3.0, 0.25], 0.5, afterwards=True)
