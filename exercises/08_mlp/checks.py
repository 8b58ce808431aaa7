"""The checks of 08 that you can see. Weights are set, so that nothing rests on luck."""

from autograder.authoring.checks.vocabulary import check


@check(task="weights", points=1, advice="Make each Value by a call of its own, from rng.")
def weights_start_different(student):
    """A new neuron has different weights from its rng, and a bias of 0."""
    student.start("Neuron", 40)


@check(
    task="neuron",
    points=1,
    requires=["weights_start_different"],
    advice="Work the sum out on paper: the bias once, then a product for each input.",
)
def neuron_sums_and_decides(student):
    """A neuron adds bias and products, and passes the sum if it is positive."""
    student.model("Neuron", 2, inputs=[[3.0, 1.0]], weights=[0.5, -1.0, 0.25])
    student.model("Neuron", 2, inputs=[[2.0, 3.0]], weights=[0.5, -1.0, 0.25])
    student.model("Neuron", 1, inputs=[[2.0]], weights=[-0.5, 0.25], nonlin=False)
    student.refuses("Neuron", 2, given=[3.0, 1.0, 100.0])
    student.refuses("Neuron", 2, given=[3.0])


@check(
    task="layer",
    points=1,
    requires=["neuron_sums_and_decides"],
    advice="Each neuron is made by a call of its own, and sees the whole input.",
)
def layer_asks_each_neuron(student):
    """Layer(2, 3) gives a list of three outputs; Layer(2, 1) a single Value."""
    student.model("Layer", 2, 3, inputs=[[1.0, -0.5]], mix=[1.0, -2.0, 3.0])
    student.model("Layer", 2, 1, inputs=[[1.0, -0.5]], weights=[0.5, 0.25, 0.125])
    student.model("Layer", 1, 1, inputs=[[2.0]], weights=[-0.5, 0.25], nonlin=False)


@check(
    task="network",
    points=1,
    requires=["layer_asks_each_neuron"],
    advice="Write down inputs, neurons and relu of each layer, and compare with print(model).",
)
def network_hands_on(student):
    """MLP(2, [3, 1]) passes the input through both layers and ends without relu."""
    weights = [0.5, 0.25, 0.1, -0.5, 0.75, 0.2, 0.3, -0.6, -0.1, -0.9, 0.4, -0.8, 0.05]
    student.model("MLP", 2, [3, 1], inputs=[[1.0, -0.5]], weights=weights)
    student.model("MLP", 2, [1, 1], inputs=[[-1.0, -0.5]], weights=[0.5, 0.5, 0.25, -2.0, 0.5])


@check(task="count", points=1, advice="Count one neuron, then one layer, then add the layers.")
def count_of_small_networks(student):
    """The count is right for MLP(2, [3, 1])."""
    student.returns("parameter_count", 2, [3, 1])


@check(
    task="parameters",
    points=1,
    requires=["network_hands_on"],
    advice="Print the list for MLP(1, [2, 1]) and point at each of its seven Values.",
)
def parameters_are_complete(student):
    """parameters() lists every weight and bias of MLP(2, [3, 1]), each once."""
    student.parameters("Neuron", 2)
    student.parameters("MLP", 2, [3, 1])


@check(task="zero grad", points=1, advice="Set grad, and nothing else, of each parameter.")
def gradients_go_to_zero(student):
    """zero_grad sets each gradient to 0 and leaves the data alone."""
    student.zero_grad([1.0, -2.0, 0.5], [3.0, -1.0, 7.0])
