"""Hidden checks of 02: the same functions at inputs that no lesson shows."""

from autograder.authoring.checks.vocabulary import check


@check(task="local derivatives", points=1)
def locals_anywhere(student):
    """The local derivatives at other points: negative, whole, large."""
    student.returns("local_sub", -0.5, 2)
    student.returns("local_mul", -1.5, 0.25)
    student.returns("local_mul", 3, -7)
    student.returns("local_tanh", -1.25)
    student.returns("local_tanh", 0)
    student.returns("local_tanh", 4.0)


@check(task="forward pass", points=1)
def forward_anywhere(student):
    """p, s and L at other inputs."""
    student.returns("expression", -1.5, 0.5, 3.0, -2.0)
    student.returns("expression", 7, 5, -11, 3)
    student.returns("expression", 0.0, 2.5, 0.75, 1.25)


@check(task="backward pass", points=3)
def backward_anywhere(student):
    """The four gradients at other inputs."""
    student.returns("expression_gradients", -1.5, 0.5, 3.0, -2.0)
    student.returns("expression_gradients", 7, 5, -11, 3)
    student.returns("expression_gradients", 0.0, 2.5, 0.75, 1.25)
    student.returns("expression_gradients", 2.5, -4.0, 10.0, -0.3)


@check(task="used twice", points=3)
def both_paths_anywhere(student):
    """Both gradients of (a + b) * a at other inputs."""
    student.returns("used_twice_gradients", -1.5, 4.0)
    student.returns("used_twice_gradients", 5, -11)
    student.returns("used_twice_gradients", 0.0, 0.75)


@check(task="tanh neuron", points=4)
def neuron_anywhere(student):
    """The five gradients of other neurons, a nearly saturated one among them."""
    student.returns("neuron_gradients", 0.75, 1.5, -0.5, 0.25, -0.4)
    student.returns("neuron_gradients", -2.0, 3.0, 0.3, 0.2, 0.6)
    student.returns("neuron_gradients", 1, 0, 1, 2, -1)
    student.returns("neuron_gradients", 2.0, 1.0, 1.5, -0.5, 0.25)


@check(task="one step", points=3)
def steps_anywhere(student):
    """A step uphill from other inputs, with other rates."""
    student.returns("expression_step", -1.5, 0.5, 3.0, -2.0, 0.1)
    student.returns("expression_step", 7, 5, -11, 3, 1)
    student.returns("expression_step", 2.5, -4.0, 10.0, -0.3, 0.25)
