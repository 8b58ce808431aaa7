"""Works out the derivative with dual numbers of its own and compares the engine's with that.

family: planted
expect: tenth
gain: verdicts without a difference computed
"""

import math


class Dual:
    """A number and its slope."""

    def __init__(self, x, d=0.0):
        self.x, self.d = x, d

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.x + other.x, self.d + other.d)

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.x * other.x, self.x * other.d + self.d * other.x)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -1.0 * other

    def __rsub__(self, other):
        return other + -self

    def __pow__(self, n):
        return Dual(self.x**n, n * self.x ** (n - 1) * self.d)

    def __truediv__(self, other):
        return self * (other if isinstance(other, Dual) else Dual(other)) ** -1

    def __rtruediv__(self, other):
        return self**-1 * other

    def exp(self):
        """e ** self."""
        return Dual(math.exp(self.x), math.exp(self.x) * self.d)

    def tanh(self):
        """Hyperbolic tangent."""
        return Dual(math.tanh(self.x), (1.0 - math.tanh(self.x) ** 2) * self.d)

    def relu(self):
        """max(0, self)."""
        return self if self.x > 0 else Dual(0.0)


def gradcheck(f, xs, engine):
    leaves = [engine(x) for x in xs]
    f(*leaves).backward()
    for k, leaf in enumerate(leaves):
        due = f(*[Dual(x, float(j == k)) for j, x in enumerate(xs)]).d
        if abs(leaf.grad - due) > 1e-8 + 1e-4 * max(abs(due), abs(leaf.grad)):
            return False
    return True


def probes():
    return []
