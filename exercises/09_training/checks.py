"""The checks of 09 that you can see. A loop is judged by its trace, never by accuracy."""

from autograder.authoring.checks.vocabulary import check

LINE = ([[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0])
PLANE = ([[1.0, -0.5], [-0.7, 0.3], [0.4, 0.9]], [1.0, -1.0, 1.0])


@check(task="mean squared error", points=1, advice="Square each difference, then take the mean.")
def error_of_four_points(student):
    """Four predictions of 0 against 1, 3, 5, 7 give 21, with the right gradients."""
    student.on_values("mean_squared_error", [0.0, 0.0, 0.0, 0.0], [1.0, 3.0, 5.0, 7.0])


@check(task="step", points=1, advice="Change data, in place, by learning rate times gradient.")
def step_goes_downhill(student):
    """The data moves against the gradient; the gradients stay."""
    student.step([0.0, 0.0], [-17.0, -8.0], 0.05)


@check(
    task="loop",
    points=1,
    requires=["step_goes_downhill"],
    advice="Print every parameter after one step, and compare it with one step by hand.",
)
def trace_of_the_line(student):
    """Losses and parameters are right after each of two steps."""
    student.training(
        "train", "Neuron", 1, nonlin=False, weights=[0.0, 0.0], batches=[LINE], steps=2, rate=0.05
    )
    student.training("train", "MLP", 2, [2, 1], batches=[PLANE], steps=2, rate=0.05, walks=True)


@check(task="hinge", points=1, advice="Fill in the table of the lesson, column by column.")
def hinge_of_four_points(student):
    """Labels become -1 and 1, and the four points of the lesson cost 1.0."""
    student.returns("signed", [0, 1, 1, 0])
    student.on_values("hinge_loss", [2.5, 0.3, -1.0, 0.3], [1, 1, 1, -1])


@check(task="l2 penalty", points=1, advice="0.1 * (9 + 16), and its gradient by hand.")
def penalty_of_two(student):
    """Parameters 3 and -4 cost 2.5 at strength 0.1."""
    student.on_values("l2_penalty", [3.0, -4.0], 0.1)
    student.on_values("l2_penalty", [1.0, -2.0, 0.5], 0.1)


@check(task="decay", points=1, advice="Work out step 50 of 100 on paper.")
def rate_at_the_middle(student):
    """The rate is 0.5 at step 0 and 0.275 at step 50."""
    student.returns("decayed_rate", 0.5, 0, 100)
    student.returns("decayed_rate", 0.5, 50, 100)


@check(task="minibatch", points=1, advice="Draw places, and take inputs and targets from them.")
def batch_keeps_pairs(student):
    """Four of ten examples, none twice, each with its own target."""
    student.minibatches(10, 4, 50)


@check(
    task="fit",
    points=1,
    requires=["step_goes_downhill", "penalty_of_two"],
    advice="Lay your train beside it: which lines may differ?",
)
def trace_over_two_batches(student):
    """Losses and parameters are right with two batches, two rates and a penalty."""
    two = [PLANE, ([[0.2, 0.6], [-0.9, -0.4]], [-1.0, 1.0])]
    rates = [0.1, 0.05]
    student.training("fit", "MLP", 2, [2, 1], batches=two, steps=2, rates=rates, strength=0.01)
    student.training(
        "fit", "MLP", 2, [2, 1], batches=two, steps=2, rates=rates, strength=0.01, walks=True
    )


@check(task="accuracy", points=1, advice="Compare the signs of plain numbers.")
def accuracy_of_four(student):
    """Two right signs of four are 0.5."""
    student.on_values("accuracy", [2.0, -1.0, 0.5, -3.0], [1, 1, -1, -1], plain=True)
