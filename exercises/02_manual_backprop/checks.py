"""Public checks of 02."""

from autograder.authoring.checks.vocabulary import check


@check(task="local derivatives", points=0.5)
def locals_at_a_point(student):
    """The local derivatives at one point."""
    student.returns("local_sub", 2.0, 3.0)
    student.returns("local_mul", 2.0, 3.0)
    student.returns("local_tanh", 0.5)


@check(task="forward pass", points=0.5)
def forward_on_paper(student):
    """The three numbers of the drawing, from left to right."""
    student.returns("expression", 2.0, 3.0, -1.0, 4.0)


@check(task="backward pass", points=1)
def backward_on_paper(student):
    """The four gradients of the drawing."""
    student.returns("expression_gradients", 2.0, 3.0, -1.0, 4.0)


@check(task="used twice", points=1)
def both_paths(student):
    """Both gradients of (a + b) * a at a = 3, b = 2."""
    student.returns("used_twice_gradients", 3.0, 2.0)


@check(task="tanh neuron", points=1)
def neuron_on_paper(student):
    """The five gradients of the drawn neuron."""
    student.returns("neuron_gradients", 2.0, -1.0, 0.5, 1.5, 1.0)


@check(task="one step", points=1)
def a_step_from_the_drawing(student):
    """A step of rate 0.01 uphill from the drawing's numbers."""
    student.returns("expression_step", 2.0, 3.0, -1.0, 4.0, 0.01)
