"""The checks of 10 that you can see. None of them needs PyTorch."""

from autograder.authoring.checks.vocabulary import check


@check(
    task="one function",
    points=1,
    advice="Operators and methods only: nothing from math or torch, and no .data.",
)
def any_kind_of_number(student):
    """The expression works on any kind of number, at 0.5 and 2."""
    student.any_number(
        "expression", (0.5, 2.0), (2.0, 1.25), (2.75, 1.125), (-1.25, 0.75), (0.875, -1.5)
    )


@check(task="agreement", points=1, advice="Fill in the table of the lesson, place by place.")
def error_of_three_places(student):
    """The worst error of the lesson's table is 0.5, and that is 4 roundings of 3 bits."""
    student.returns("worst_error", [2.0, 0.0, -4.0], [1.0, 0.0, -4.0])
    student.returns("worst_error", [8.0], [2.0])
    student.returns("in_roundings", 0.5, 3)


@check(task="what grad holds", points=1, advice="Go through the lesson's four habits one by one.")
def grad_after_two_calls(student):
    """After two calls a leaf reads 24, an interior node None; without a reset it is 36."""
    labels = ["a number is there (0: None)", "the number"]
    student.shaped("grad_in_torch", True, True, 12.0, 2, labels=labels, optional=True)
    student.shaped("grad_in_torch", False, True, 4.0, 2, labels=labels, optional=True)
    student.returns("grad_without_reset", 3, 4, 2)


@check(task="weights", points=1, advice="One row for each neuron, of its weights alone.")
def rows_of_a_small_network(student):
    """MLP(2, [3, 1]) gives 3 rows of 2, then 1 row of 3, each with its biases."""
    student.copied_weights("weights_for_torch", "MLP", 2, [3, 1])


@check(task="layer at once", points=1, advice="Write each gradient of the lesson's layer on paper.")
def gradients_of_a_layer(student):
    """Two neurons on three inputs: all gradients of the lesson's layer."""
    student.layer_gradients([[1.0, 2.0, 3.0], [4.0, 6.0, 5.0]], [10.0, 20.0, 30.0], [1.0, -1.0])


@check(task="nodes", points=1, advice="Draw the graph of one neuron and count.")
def nodes_of_small_networks(student):
    """MLP(2, [3, 1]) makes 21 nodes, MLP(2, [3, 2]) 27."""
    student.returns("operation_nodes", 2, [3, 1])
    student.returns("operation_nodes", 2, [3, 2])
