"""Hidden checks of 08: other sizes, gradients, and inputs that are Values."""

from autograder.authoring.checks.vocabulary import check


@check(task="weights", points=2, requires=["weights_start_different"])
def every_part_draws_its_own(student):
    """Layers and networks hand their rng on, and no two weights are one object."""
    student.start("Neuron", 3)
    student.start("Layer", 4, 5)
    student.start("MLP", 4, [5, 3])


@check(task="neuron", points=2, requires=["neuron_sums_and_decides"])
def neuron_without_relu(student):
    """A linear neuron gives its sum, whatever its sign."""
    student.model("Neuron", 3, inputs=[[2.0, -1.0, 0.5]], nonlin=False)
    student.model("Neuron", 3, inputs=[[-2.0, 1.0, -0.5]], nonlin=False)


@check(task="neuron", points=2, requires=["neuron_sums_and_decides"])
def neuron_passes_gradients_on(student):
    """Gradients reach weights, bias and inputs, over several inputs."""
    student.model("Neuron", 3, inputs=[[2.0, -1.0, 0.5], [-2.0, 1.0, -0.5]], mix=[-1.7])
    student.model("Neuron", 2, inputs=[[3.0, 1.0]], values=True, weights=[0.5, -1.0, 0.25])
    student.model("Neuron", 1, inputs=[[0.7]], values=True, nonlin=False)


@check(task="neuron", points=1, requires=["neuron_sums_and_decides"])
def neuron_refuses_other_lengths(student):
    """An input that is too short or too long is refused."""
    student.refuses("Neuron", 3, given=[1.0])
    student.refuses("Neuron", 3, given=[1.0, 2.0])
    student.refuses("Neuron", 1, given=[1.0, 2.0], nonlin=False)


@check(task="layer", points=2, requires=["layer_asks_each_neuron"])
def layer_is_as_wide_as_it_says(student):
    """Layers of two and of four neurons, with relu and without."""
    student.model("Layer", 3, 2, inputs=[[1.0, -0.5, 2.0]], mix=[1.0, -1.7])
    student.model("Layer", 1, 4, inputs=[[0.7]], mix=[1.0, -1.7, 0.5, 2.0], nonlin=False)
    student.model("Layer", 2, 1, inputs=[[-1.0, 0.5]], nonlin=False, values=True)
    student.refuses("Layer", 2, 3, given=[1.0, 2.0, 3.0])


@check(
    task="network",
    points=3,
    requires=["network_hands_on"],
    because="a size that is in no lesson; a network written for two layers must fail",
)
def network_of_three_layers(student):
    """Outputs and all gradients of three layers, on several inputs."""
    student.model("MLP", 3, [4, 4, 1], inputs=[[2.0, 3.0, -1.0]])
    student.model("MLP", 2, [4, 3, 1], inputs=[[1.0, -0.5], [-0.7, 0.3]], mix=[-1.7])
    student.model("MLP", 2, [3, 1], inputs=[[0.4, 0.9]], values=True)


@check(task="network", points=1, requires=["network_hands_on"])
def network_with_several_outputs(student):
    """A network with two outputs gives a list, one with one layer is linear."""
    student.model("MLP", 2, [3, 2], inputs=[[1.0, -0.5]], mix=[1.0, -1.7])
    student.model("MLP", 2, [1], inputs=[[1.0, -0.5]], weights=[-0.5, 0.25, -0.1])
    student.model("MLP", 2, [2, 1, 2], inputs=[[0.4, 0.9]], mix=[1.0, -1.7])
    student.refuses("MLP", 2, [3, 1], given=[1.0])


@check(task="count", points=1, requires=["count_of_small_networks"])
def count_of_any_network(student):
    """The count is right for one, three and four layers."""
    student.returns("parameter_count", 5, [1])
    student.returns("parameter_count", 3, [4, 4, 1])
    student.returns("parameter_count", 2, [16, 16, 1])
    student.returns("parameter_count", 4, [2, 7, 3, 5])


@check(task="parameters", points=3, requires=["parameters_are_complete"])
def parameters_of_every_part(student):
    """Complete, flat and stable for layers and for deeper networks."""
    student.parameters("Neuron", 1)
    student.parameters("Layer", 3, 4)
    student.parameters("MLP", 3, [4, 4, 1])
    student.parameters("MLP", 2, [2, 1, 3])


@check(task="zero grad", points=1, requires=["gradients_go_to_zero"])
def zero_grad_of_large_gradients(student):
    """Gradients of any size and sign go to 0."""
    student.zero_grad([0.0, 2.0, -3.0, 4.0], [1e6, -1e-6, 0.0, -5.0])
