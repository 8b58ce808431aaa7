"""A tidy module with __all__, doctests, and its own tests under `if __name__ == "__main__":`.

expect: full
"""
import math

__all__ = ["Value"]
__author__ = "me"


class Value:
    """A scalar that can be differentiated.

    >>> a = Value(3.0)
    >>> b = a * a
    >>> b.backward()
    >>> a.grad
    6.0
    """

    def __init__(self, data, _prev=()):
        if isinstance(data, Value):
            raise TypeError("data has to be a number")
        self.data = data
        self.grad = 0.0
        self._prev = _prev
        self._derivatives = ()

    @classmethod
    def _from(cls, data, **parents_and_derivatives):
        pairs = list(parents_and_derivatives.values())
        out = cls(data, tuple(pair[0] for pair in pairs))
        out._derivatives = tuple(pair[1] for pair in pairs)
        return out

    @classmethod
    def _lift(cls, x):
        return x if isinstance(x, cls) else cls(x)

    def __add__(self, other):
        other = self._lift(other)
        return self._from(self.data + other.data, left=(self, 1.0), right=(other, 1.0))

    def __sub__(self, other):
        other = self._lift(other)
        return self._from(self.data - other.data, left=(self, 1.0), right=(other, -1.0))

    def __mul__(self, other):
        other = self._lift(other)
        return self._from(
            self.data * other.data, left=(self, other.data), right=(other, self.data)
        )

    def __truediv__(self, other):
        other = self._lift(other)
        quotient = self.data / other.data
        return self._from(
            quotient, left=(self, 1.0 / other.data), right=(other, -quotient / other.data)
        )

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1)
        return self._from(self.data**exponent, base=(self, slope))

    def __neg__(self):
        return self._from(-self.data, x=(self, -1.0))

    def __radd__(self, other):
        return self._lift(other) + self

    def __rsub__(self, other):
        return self._lift(other) - self

    def __rmul__(self, other):
        return self._lift(other) * self

    def __rtruediv__(self, other):
        return self._lift(other) / self

    def exp(self):
        y = math.exp(self.data)
        return self._from(y, x=(self, y))

    def log(self):
        return self._from(math.log(self.data), x=(self, 1.0 / self.data))

    def tanh(self):
        y = math.tanh(self.data)
        return self._from(y, x=(self, 1.0 - y**2))

    def relu(self):
        on = self.data > 0
        return self._from(self.data if on else 0.0, x=(self, 1.0 if on else 0.0))

    def sigmoid(self):
        y = 0.5 * (1.0 + math.tanh(0.5 * self.data))
        return self._from(y, x=(self, y * (1.0 - y)))

    def backward(self):
        """Reverse post-order; the post-order is made with the parents' indices on a stack."""
        order, visited = [], {self}
        nodes, places = [self], [0]
        while nodes:
            node, place = nodes[-1], places[-1]
            if place == len(node._prev):
                order.append(nodes.pop())
                places.pop()
            else:
                places[-1] += 1
                parent = node._prev[place]
                if parent not in visited:
                    visited.add(parent)
                    nodes.append(parent)
                    places.append(0)
        self.grad = 1.0
        for node in reversed(order):
            for parent, derivative in zip(node._prev, node._derivatives):
                parent.grad += node.grad * derivative


def _test_product():
    a, b = Value(2.0), Value(-3.0)
    (a * b).backward()
    assert (a.grad, b.grad) == (-3.0, 2.0)


def _test_reuse():
    a = Value(3.0)
    (a * a + a).backward()
    assert a.grad == 7.0


if __name__ == "__main__":
    import doctest

    _test_product()
    _test_reuse()
    print(doctest.testmod())
