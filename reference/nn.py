"""Neurons, layers and the multi-layer perceptron, out of Values."""

import random

from reference.engine import Value


class Module:
    """Anything with parameters to train."""

    def parameters(self):
        """List every trainable Value, each once, always in the same order."""
        return []

    def zero_grad(self):
        """Set every parameter's gradient to 0: backward adds to what is there."""
        for parameter in self.parameters():
            parameter.grad = 0.0


class Neuron(Module):
    """A weighted sum of the inputs plus a bias, then relu unless told otherwise."""

    def __init__(self, nin, nonlin=True, rng=random):
        """Make a neuron with weights `w`, drawn from [-1, 1], and a bias `b` of 0.

        Args:
            nin: number of inputs, >= 1.
            nonlin: whether relu is applied to the sum.
            rng: source of randomness with `uniform`, such as random.Random(7).
        """
        self.w = [Value(rng.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.nonlin = nonlin

    def __call__(self, x):
        """Compute the neuron's output.

        Args:
            x: nin inputs, Values or numbers.
        Returns: a Value.
        Raises: ValueError if x has another length (zip would silently drop the rest).
        """
        if len(x) != len(self.w):
            raise ValueError(f"this neuron takes {len(self.w)} inputs, not {len(x)}")
        total = self.b
        for weight, number in zip(self.w, x, strict=True):
            total = total + weight * number
        return total.relu() if self.nonlin else total

    def parameters(self):
        """The weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self):
        """Show kind and number of inputs: `ReLUNeuron(2)`."""
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """Neurons that all see the same inputs."""

    def __init__(self, nin, nout, nonlin=True, rng=random):
        """Make a list `neurons` of nout neurons.

        Args:
            nin: number of inputs of each, >= 1.
            nout: number of neurons, >= 1.
            nonlin: whether they end in relu.
            rng: source of randomness with `uniform`.
        """
        self.neurons = [Neuron(nin, nonlin=nonlin, rng=rng) for _ in range(nout)]

    def __call__(self, x):
        """Compute every neuron's output.

        Args:
            x: nin inputs, Values or numbers.
        Returns: a list of Values; if there is one neuron only, its Value itself.
        """
        outputs = [neuron(x) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self):
        """Every neuron's parameters in one flat list."""
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]

    def __repr__(self):
        """Show the neurons."""
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """Layers in a row; all but the last end in relu."""

    def __init__(self, nin, nouts, rng=random):
        """Make a list `layers`; each takes what the one before it puts out.

        Args:
            nin: number of inputs, >= 1.
            nouts: number of neurons of each layer, such as [16, 16, 1].
            rng: source of randomness with `uniform`.
        """
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [
            Layer(sizes[k], sizes[k + 1], nonlin=k != last, rng=rng) for k in range(len(nouts))
        ]

    def __call__(self, x):
        """Pass the inputs through every layer.

        Args:
            x: nin inputs, Values or numbers.
        Returns: what the last layer puts out: a list of Values, or one Value.
        """
        for layer in self.layers:
            if isinstance(x, Value):
                x = [x]  # the layer before has one neuron, and hands it over bare
            x = layer(x)
        return x

    def parameters(self):
        """Every layer's parameters in one flat list."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def __repr__(self):
        """Show the layers."""
        return f"MLP of [{', '.join(map(str, self.layers))}]"


def parameter_count(nin, nouts):
    """How many parameters MLP(nin, nouts) has.

    Args:
        nin: number of inputs.
        nouts: number of neurons of each layer.
    Returns: a whole number; 13 for 2 and [3, 1].
    """
    sizes = [nin, *nouts]
    # each neuron has one weight for each input, and a bias
    return sum(nout * (inputs + 1) for inputs, nout in zip(sizes, nouts, strict=False))
