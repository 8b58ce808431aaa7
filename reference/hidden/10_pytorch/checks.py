"""Hidden checks of 10: other places, shapes and numbers of calls."""

from autograder.authoring.checks.vocabulary import check

GRAD = ["a number is there (0: None)", "the number"]


@check(task="one function", points=3, requires=["any_kind_of_number"])
def any_kind_of_number_anywhere(student):
    """The same function at other places, on both sides of the kink."""
    student.any_number(
        "expression", (1.5, -0.5), (-0.7, 0.3), (3.0, 1.0), (0.37, 1.83), (-1.91, -2.63)
    )


@check(task="agreement", points=3, requires=["error_of_three_places"])
def error_of_other_lists(student):
    """Errors of both signs, zeros on one side, sizes far apart."""
    student.returns("worst_error", [1.0, 3.0], [1.0, 3.0])
    student.returns("worst_error", [1e6, 1e-6], [1e6 + 1, 1.1e-6])
    student.returns("worst_error", [2.0, 5.0, 1.0], [-2.0, 4.0, 1.0])
    student.returns("worst_error", [-5.0], [-2.0])
    student.returns("worst_error", [-2.0], [-5.0])
    student.returns("worst_error", [0.0, 1.0], [0.25, 1.0])
    student.returns("worst_error", [5.0, 1.0], [2.0, 1.25])
    student.returns("worst_error", [0.0], [0.0])
    student.returns("in_roundings", 3e-16, 53)
    student.returns("in_roundings", 1e-7, 24)


@check(task="what grad holds", points=2, requires=["grad_after_two_calls"])
def grad_of_every_kind(student):
    """Leaves that did not ask, interior nodes, no call yet, and many calls."""
    for leaf, asked, calls in (
        (True, True, 0),
        (True, True, 1),
        (True, True, 3),
        (True, False, 2),
        (False, False, 2),
        (False, True, 0),
    ):
        student.shaped("grad_in_torch", leaf, asked, -1.5, calls, labels=GRAD, optional=True)


@check(task="what grad holds", points=2, requires=["grad_after_two_calls"])
def grad_without_reset_after_more_calls(student):
    """Other factors, and up to five calls."""
    student.returns("grad_without_reset", 3, 4, 1)
    student.returns("grad_without_reset", 3, 4, 3)
    student.returns("grad_without_reset", -2, 0.5, 5)
    student.returns("grad_without_reset", 3, 4, 0)


@check(task="weights", points=3, requires=["rows_of_a_small_network"])
def rows_of_other_networks(student):
    """Square layers, where a table turned round still fits, and three layers."""
    student.copied_weights("weights_for_torch", "MLP", 2, [2, 2])
    student.copied_weights("weights_for_torch", "MLP", 3, [4, 2, 1])
    student.copied_weights("weights_for_torch", "MLP", 1, [1])


@check(task="layer at once", points=4, requires=["gradients_of_a_layer"])
def gradients_of_other_layers(student):
    """Square, wide and narrow layers."""
    student.layer_gradients([[1.0, -2.0], [0.5, 3.0]], [-1.5, 2.0], [0.7, -1.7])
    student.layer_gradients([[0.5], [-1.0], [2.0]], [3.0], [1.0, -1.7, 0.25])
    student.layer_gradients([[0.5, -1.0, 2.0, 4.0]], [3.0, 0.0, -1.0, 2.0], [-1.7])


@check(task="nodes", points=2, requires=["nodes_of_small_networks"])
def nodes_of_other_networks(student):
    """One layer, three layers, and the network of 10,000 parameters."""
    student.returns("operation_nodes", 5, [1])
    student.returns("operation_nodes", 4, [2, 7, 3])
    student.returns("operation_nodes", 99, [99, 1])
