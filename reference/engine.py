"""A scalar autograd engine: a number that remembers how it was made.

Every operation computes its value forward and, right beside it, says how a
gradient flows back: upstream * local derivative, added to each parent.
"""

import math


def as_value(number):
    """Wrap a plain number in a leaf; hand a Value back as it is.

    Args:
        number: a Value, int or float.
    Returns: a Value.
    """
    return number if isinstance(number, Value) else Value(number)


class Value:
    """One scalar of a graph: its data, its gradient, and the parents it was made from."""

    _rule = None  # a leaf has no parents, so it passes nothing on

    def __init__(self, data, _children=(), _op=""):
        """Make a node.

        Args:
            data: the number it holds, int or float.
            _children: the parents, the Values it was computed from.
            _op: the operation that made it, as a symbol; empty for a leaf.
        """
        self.data = data
        self.grad = 0.0
        # A tuple, not micrograd's set: the order of a set follows object
        # addresses, and sums of floats depend on order.
        self._prev = tuple(_children)
        self._op = _op

    def __repr__(self):
        """Show data and gradient: `Value(data=3.0, grad=0.0)`."""
        return f"Value(data={self.data}, grad={self.grad})"

    # Operations that make a node: forward, then the rule ------------------------------
    #
    # subtle: a rule is handed its upstream gradient and never mentions `out`. A rule
    # that did would tie each node to itself; then no graph could be freed by counting
    # references, and most of a training step would go to the garbage collector.

    def __add__(self, other):
        """self + other. Both local derivatives are 1."""
        other = as_value(other)
        out = Value(self.data + other.data, (self, other), "+")

        def _backward(upstream):
            self.grad += upstream * 1.0
            other.grad += upstream * 1.0

        out._rule = _backward
        return out

    def __mul__(self, other):
        """self * other. The local derivative for each is the other's data."""
        other = as_value(other)
        out = Value(self.data * other.data, (self, other), "*")

        def _backward(upstream):
            self.grad += upstream * other.data
            other.grad += upstream * self.data

        out._rule = _backward
        return out

    def __pow__(self, exponent):
        """self ** exponent, for a plain number. The local derivative is n * x**(n - 1)."""
        out = Value(self.data**exponent, (self,), f"**{exponent}")

        def _backward(upstream):
            self.grad += upstream * exponent * self.data ** (exponent - 1)

        out._rule = _backward
        return out

    def __neg__(self):
        """-self. The local derivative is -1."""
        out = Value(-self.data, (self,), "neg")

        def _backward(upstream):
            self.grad += upstream * -1.0

        out._rule = _backward
        return out

    def __sub__(self, other):
        """self - other. The local derivatives are 1 and -1."""
        other = as_value(other)
        out = Value(self.data - other.data, (self, other), "-")

        def _backward(upstream):
            self.grad += upstream * 1.0
            other.grad += upstream * -1.0

        out._rule = _backward
        return out

    def __truediv__(self, other):
        """self / other. The local derivatives are 1/b and -a/b**2."""
        other = as_value(other)
        out = Value(self.data / other.data, (self, other), "/")

        def _backward(upstream):
            self.grad += upstream / other.data
            other.grad += upstream * -self.data / other.data**2

        out._rule = _backward
        return out

    def exp(self):
        """e ** self. The local derivative is the output itself."""
        result = math.exp(self.data)
        out = Value(result, (self,), "exp")

        def _backward(upstream):
            self.grad += upstream * result

        out._rule = _backward
        return out

    def log(self):
        """Natural logarithm. The local derivative is 1/x."""
        out = Value(math.log(self.data), (self,), "log")

        def _backward(upstream):
            self.grad += upstream / self.data

        out._rule = _backward
        return out

    def tanh(self):
        """Hyperbolic tangent. The local derivative is 1 - tanh(x)**2."""
        result = math.tanh(self.data)
        out = Value(result, (self,), "tanh")

        def _backward(upstream):
            self.grad += upstream * (1.0 - result**2)

        out._rule = _backward
        return out

    def relu(self):
        """max(0, self). The local derivative is 1 above 0, else 0."""
        out = Value(self.data if self.data > 0 else 0.0, (self,), "relu")

        def _backward(upstream):
            self.grad += upstream * (1.0 if self.data > 0 else 0.0)

        out._rule = _backward
        return out

    def sigmoid(self):
        """1 / (1 + e**-self). The local derivative is s * (1 - s)."""
        # Through tanh: e**400 overflows a float, tanh(200) is simply 1.
        result = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        out = Value(result, (self,), "sigmoid")

        def _backward(upstream):
            self.grad += upstream * result * (1.0 - result)

        out._rule = _backward
        return out

    # Reflected operators: Python asks these when the left operand is a plain number ---

    def __radd__(self, other):
        """other + self, so that sum() works."""
        return as_value(other) + self

    def __rmul__(self, other):
        """other * self."""
        return as_value(other) * self

    def __rsub__(self, other):
        """other - self."""
        return as_value(other) - self

    def __rtruediv__(self, other):
        """other / self."""
        return as_value(other) / self

    # The walk back --------------------------------------------------------------------

    def _backward(self):
        """Pass this node's gradient on to its parents, by the rule of its operation."""
        if self._rule is not None:
            self._rule(self.grad)

    def topological_order(self):
        """List every node that self depends on, parents always before what they made.

        Returns: a list of Values that ends with self, each once.
        Raises: ValueError if the graph has a cycle.
        """
        order, placed, entered = [], set(), set()
        stack = [self]  # a stack of our own: Python's breaks at a chain of 1,000 nodes
        while stack:
            node = stack[-1]
            if node in placed:
                stack.pop()
            elif node in entered:  # all its parents have been placed since
                stack.pop()
                placed.add(node)
                order.append(node)
            else:
                entered.add(node)
                for parent in node._prev:
                    if parent not in placed:
                        if parent in entered:
                            raise ValueError("the graph has a cycle: a node depends on itself")
                        stack.append(parent)
        return order

    def backward(self):
        """Fill in d(self)/d(node) as `grad` for every node that self depends on.

        Gradients of leaves add up from call to call, as in PyTorch; what is in between
        starts afresh, or a second call would pass the first one's gradients on again.
        """
        order = self.topological_order()
        for node in order:
            if node._prev:
                node.grad = 0.0
        self.grad += 1.0  # d(self)/d(self)
        for node in reversed(order):
            node._backward()
