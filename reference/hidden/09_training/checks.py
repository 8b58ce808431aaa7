"""Hidden checks of 09: traces of networks, step by step, and the parts at other numbers."""

from autograder.authoring.checks.vocabulary import check

FIVE = (
    [[1.0, -0.5], [-0.7, 0.3], [0.4, 0.9], [-0.2, -0.8], [0.6, 0.1]],
    [1.0, -1.0, 1.0, -1.0, 0.5],
)
THREE = ([[0.2, 0.6], [-0.9, -0.4], [0.5, -1.1]], [-1.0, 1.0, 1.0])
TWO = ([[-0.3, 0.8], [1.2, 0.7]], [1.0, -1.0])
SIGNS = ([[1.0, -0.5], [-0.7, 0.3], [0.4, 0.9], [-0.2, -0.8]], [1, -1, 1, -1])


@check(task="mean squared error", points=3, requires=["error_of_four_points"])
def error_of_any_number_of_points(student):
    """One, three and six points, with errors of both signs."""
    student.on_values("mean_squared_error", [2.5], [1.0])
    student.on_values("mean_squared_error", [0.5, -1.5, 2.0], [1.0, -3.0, 0.25])
    student.on_values("mean_squared_error", [1.0, 2.0, 3.0, -1.0, -2.0, 0.5], [2, 0, 3.5, 1, -4, 0])


@check(task="step", points=4, requires=["step_goes_downhill"])
def steps_add_up(student):
    """Two steps with the same gradients go twice as far, at any rate."""
    student.step([1.0, -2.0, 0.7], [3.0, -4.0, 0.23], 0.1, times=2)
    student.step([1.5], [-0.3], 2.0)
    student.step([1.0, 2.0, 3.0, 4.0], [0.5, 0.0, -0.5, 1e-3], 0.01, times=3)


@check(
    task="loop",
    points=5,
    requires=["trace_of_the_line"],
    because="a real network; the other traces are short enough to be guessed",
)
def trace_of_a_network(student):
    """Losses and every parameter of two networks after each step."""
    student.training("train", "MLP", 2, [3, 1], batches=[THREE], steps=4, rate=0.05)
    student.training("train", "MLP", 2, [4, 3, 1], batches=[FIVE], steps=3, rate=0.03)


@check(
    task="loop",
    points=1,
    requires=["trace_of_the_line"],
    because="tells where the loop goes wrong, not only that it does",
)
def one_walk_back_for_each_step(student):
    """Each step walks back once through the whole graph, down to the inputs."""
    student.training("train", "MLP", 2, [3, 1], batches=[TWO], steps=3, rate=0.05, walks=True)


@check(task="loop", points=2, requires=["trace_of_the_line", "error_of_four_points"])
def trace_with_your_own_loss(student):
    """The trace with your mean_squared_error."""
    student.training(
        "train",
        "MLP",
        2,
        [3, 1],
        batches=[FIVE],
        steps=3,
        rate=0.2,
        loss="mean_squared_error",
    )


@check(task="hinge", points=3, requires=["hinge_of_four_points"])
def hinge_of_other_points(student):
    """Points on both sides, right and wrong, near and far."""
    student.returns("signed", [1, 0])
    student.on_values("hinge_loss", [-0.4], [-1])
    student.on_values("hinge_loss", [0.7, -2.5, 1.8, -0.2, 3.0], [-1, -1, 1, 1, -1])


@check(task="l2 penalty", points=2, requires=["penalty_of_two"])
def penalty_of_others(student):
    """Other parameters and strengths; a strength of 0 costs nothing."""
    student.on_values("l2_penalty", [0.5, -1.5, 2.0, -0.25], 0.3)
    student.on_values("l2_penalty", [1.5], 2.0)
    student.on_values("l2_penalty", [1.5, -2.0], 0.0)


@check(task="decay", points=2, requires=["rate_at_the_middle"])
def rate_at_any_step(student):
    """Other starts, other numbers of steps, and the last step."""
    student.returns("decayed_rate", 0.5, 99, 100)
    student.returns("decayed_rate", 0.2, 3, 8)
    student.returns("decayed_rate", 1.0, 150, 200)


@check(task="minibatch", points=3, requires=["batch_keeps_pairs"])
def batch_of_any_size(student):
    """A single example, and all of them."""
    student.minibatches(6, 1, 120)
    student.minibatches(12, 11, 30)
    student.minibatches(20, 3, 150)


@check(task="fit", points=3, requires=["trace_over_two_batches"])
def trace_over_three_batches(student):
    """Every parameter after each of three steps, with a strong penalty."""
    student.training(
        "fit",
        "MLP",
        2,
        [3, 1],
        batches=[FIVE, TWO, THREE],
        steps=3,
        rates=[0.1, 0.05, 0.02],
        strength=0.2,
    )


@check(task="fit", points=1, requires=["trace_over_two_batches", "hinge_of_four_points"])
def trace_with_hinge(student):
    """The trace with your hinge_loss."""
    student.training(
        "fit",
        "MLP",
        2,
        [3, 1],
        batches=[SIGNS, SIGNS, SIGNS],
        steps=3,
        rates=[0.4, 0.2, 0.1],
        strength=0.001,
        loss="hinge_loss",
    )


@check(task="accuracy", points=2, requires=["accuracy_of_four"])
def accuracy_of_others(student):
    """All right, none right, and one of three."""
    student.on_values("accuracy", [0.1, -0.2, 3.0], [1, -1, 1], plain=True)
    student.on_values("accuracy", [0.4, -5.0], [-1, 1], plain=True)
    student.on_values("accuracy", [0.3, 0.8, -0.6], [1, -1, 1], plain=True)
