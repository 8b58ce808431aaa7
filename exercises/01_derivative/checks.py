"""Public checks of 01."""

from autograder.authoring.checks.vocabulary import check


@check(task="forward difference", points=1)
def forward_settles_at_six(student):
    """Forward differences of x**2 at 3 settle at 6."""
    student.returns("forward_difference", lambda x: x**2, 3.0, 0.1)
    student.returns("forward_difference", lambda x: x**2, 3.0, 0.001)


@check(task="central difference", points=1)
def halving_the_step_quarters_the_error(student):
    """Halving the step quarters the error of a central difference."""
    student.error_order("central_difference", lambda x: x**3, 2.0, 0.1, slope=12.0)


@check(task="slopes by formula", points=1)
def formulas_at_a_point(student):
    """The slope formulas are right at x = 3."""
    student.returns("slope_of_square", 3.0)
    student.returns("slope_of_parabola", 3.0)


@check(task="error curve", points=0.5)
def errors_one_for_each_step(student):
    """One error for each step, measured with the difference that is handed in."""
    student.returns("errors", lambda f, x, h: h * x + 6, lambda x: x**2, 3.0, 6.0, [0.1, 0.01])


@check(task="partials", points=1)
def partials_of_a_small_graph(student):
    """The partials of a * b + c at (2, 3, -1)."""
    student.returns("partials", lambda a, b, c: a * b + c, [2.0, 3.0, -1.0])


@check(task="one step", points=0.5)
def one_step_each_way(student):
    """A step of rate 0.1 from x = 2, uphill and downhill."""
    student.returns("step_uphill", [2.0], [8.0], 0.1)
    student.returns("step_downhill", [2.0], [8.0], 0.1)
