"""One engine set against another: what agrees, what differs, and what a tensor saves."""


def expression(a, b):
    """The formula of the lesson, for any kind of number that has its operations.

    Args:
        a, b: Values, PyTorch tensors, or anything else of that sort.
    Returns: a number of the same kind.
    """
    return (a * b).tanh() + 2 / b + (a - b).relu() * a**2


def worst_error(ours, theirs):
    """The largest relative error between two lists of numbers, place by place.

    Args:
        ours, theirs: plain numbers, as many of each.
    Returns: the largest |a - b| / max(|a|, |b|); two zeros count as 0.
    """
    worst = 0.0
    for a, b in zip(ours, theirs, strict=True):
        largest = max(abs(a), abs(b))
        if largest > 0:
            worst = max(worst, abs(a - b) / largest)
    return worst


def in_roundings(error, bits):
    """A relative error, in units of one rounding.

    Args:
        error: relative error, >= 0.
        bits: significant bits of the numbers: 53 for double, 24 for single precision.
    Returns: the error divided by 2**-bits.
    """
    return error * 2.0**bits


def grad_in_torch(leaf, requires_grad, gradient, calls):
    """What `x.grad` reads in PyTorch after some calls of backward on the same L.

    Args:
        leaf: whether x is a leaf.
        requires_grad: whether x was made with requires_grad=True.
        gradient: dL/dx, a number.
        calls: how often backward has been called, >= 0.
    Returns: a number, or None.
    """
    if not leaf or not requires_grad or calls == 0:
        return None
    return calls * gradient


def grad_without_reset(inner, outer, calls):
    """What `x.grad` reads for y = inner * x, L = outer * y if y's gradient is never reset.

    Args:
        inner, outer: the two factors.
        calls: how often backward has been called on L, which itself starts with 1 each time.
    Returns: a number; 36 for 3, 4 and 2 calls.
    """
    y_grad = x_grad = 0
    for _ in range(calls):
        y_grad += outer
        x_grad += y_grad * inner
    return x_grad


def weights_for_torch(model):
    """Copy an MLP's parameters into the shapes that PyTorch's layers have.

    Args:
        model: an MLP.
    Returns: for each layer a pair: rows, one for each neuron with its nin weights; and a
        list of the nout biases. Plain numbers.
    """
    return [
        (
            [[weight.data for weight in neuron.w] for neuron in layer.neurons],
            [neuron.b.data for neuron in layer.neurons],
        )
        for layer in model.layers
    ]


def layer_backward(rows, x, upstream):
    """The gradients of a whole linear layer, outputs[i] = biases[i] + sum_j rows[i][j] x[j].

    Args:
        rows: nout lists of nin weights.
        x: nin inputs.
        upstream: nout numbers, dL/d(outputs[i]).
    Returns: gradients of rows, of biases and of x, in their shapes. Plain numbers.
    """
    of_rows = [[u * number for number in x] for u in upstream]
    of_biases = list(upstream)
    of_x = [sum(u * row[j] for u, row in zip(upstream, rows, strict=True)) for j in range(len(x))]
    return of_rows, of_biases, of_x


def operation_nodes(nin, nouts):
    """How many nodes one forward pass of MLP(nin, nouts) makes, leaves not counted.

    Args:
        nin: number of inputs.
        nouts: number of neurons of each layer.
    Returns: a whole number; 21 for 2 and [3, 1].
    """
    count, last = 0, len(nouts) - 1
    for k, nout in enumerate(nouts):
        # for each neuron: a product and a sum for each input, and relu but in the last layer
        count += nout * (2 * nin + (k != last))
        nin = nout
    return count
