"""Value is made by a function; helpers are its local names, and graphs are walked by generators.

expect: full
"""


def make_engine():
    import math

    def walk(root):
        """Yield parents before users, each node once."""
        entered, path = {root}, [(root, iter(root.edges))]
        while path:
            node, edges = path[-1]
            for parent in (edge[0] for edge in edges):
                if parent not in entered:
                    entered.add(parent)
                    path.append((parent, iter(parent.edges)))
                    break
            else:
                path.pop()
                yield node

    def lifted(method):
        def inner(self, other):
            return method(self, other if isinstance(other, Value) else Value(other))

        return inner

    def swapped(method):
        return lambda self, other: method(Value(other), self)

    class Value:
        def __init__(self, data, edges=()):
            self.data = data
            self.grad = 0.0
            self.edges = edges

        @lifted
        def __add__(self, other):
            return Value(self.data + other.data, [(self, 1.0), (other, 1.0)])

        @lifted
        def __sub__(self, other):
            return Value(self.data - other.data, [(self, 1.0), (other, -1.0)])

        @lifted
        def __mul__(self, other):
            return Value(self.data * other.data, [(self, other.data), (other, self.data)])

        @lifted
        def __truediv__(self, other):
            q = self.data / other.data
            return Value(q, [(self, 1.0 / other.data), (other, -q / other.data)])

        __radd__ = swapped(__add__)
        __rsub__ = swapped(__sub__)
        __rmul__ = swapped(__mul__)
        __rtruediv__ = swapped(__truediv__)

        def __pow__(self, n):
            return Value(self.data**n, [(self, n * self.data ** (n - 1))])

        def __neg__(self):
            return Value(-self.data, [(self, -1.0)])

        def exp(self):
            y = math.exp(self.data)
            return Value(y, [(self, y)])

        def log(self):
            return Value(math.log(self.data), [(self, 1.0 / self.data)])

        def tanh(self):
            y = math.tanh(self.data)
            return Value(y, [(self, 1.0 - y * y)])

        def relu(self):
            x = self.data
            return Value(x * (x > 0), [(self, 1.0 * (x > 0))])

        def sigmoid(self):
            y = 0.5 * (1.0 + math.tanh(0.5 * self.data))
            return Value(y, [(self, y * (1.0 - y))])

        def backward(self):
            self.grad = 1.0
            for node in reversed([*walk(self)]):
                for parent, slope in node.edges:
                    parent.grad += slope * node.grad

    return Value


Value = make_engine()
