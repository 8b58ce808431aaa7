"""__new__ hands out one shared node for a constant inside an expression; Value(2.0) is always new.

expect: full
"""
import math


class Value:
    _constants = {}

    def __new__(cls, data, parents=(), constant=False):
        if constant:
            # 1 == 1.0 == True as keys of a dict: the type has to be part of the key
            key = (type(data), data)
            if key not in cls._constants:
                cls._constants[key] = node = super().__new__(cls)
                node._fill(data, ())
            return cls._constants[key]
        node = super().__new__(cls)
        node._fill(data, parents)
        return node

    def _fill(self, data, parents):
        self.data = data
        self.parents = parents
        self.grad = 0.0

    @classmethod
    def operand(cls, x):
        return x if isinstance(x, cls) else cls(x, constant=True)

    def __add__(self, other):
        other = self.operand(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __sub__(self, other):
        other = self.operand(other)
        return Value(self.data - other.data, ((self, 1.0), (other, -1.0)))

    def __mul__(self, other):
        other = self.operand(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __truediv__(self, other):
        other = self.operand(other)
        return Value(
            self.data / other.data,
            ((self, 1.0 / other.data), (other, -self.data / other.data**2)),
        )

    def __pow__(self, n):
        return Value(self.data**n, ((self, n * self.data ** (n - 1)),))

    def __neg__(self):
        return self.operand(-1.0) * self

    def __radd__(self, other):
        return self.operand(other) + self

    def __rsub__(self, other):
        return self.operand(other) - self

    def __rmul__(self, other):
        return self.operand(other) * self

    def __rtruediv__(self, other):
        return self.operand(other) / self

    def exp(self):
        y = math.exp(self.data)
        return Value(y, ((self, y),))

    def log(self):
        return Value(math.log(self.data), ((self, 1.0 / self.data),))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, ((self, 1.0 - y * y),))

    def relu(self):
        if self.data > 0:
            return Value(self.data, ((self, 1.0),))
        return Value(0.0)  # a new one: results belong to whoever asked for them

    def sigmoid(self):
        y = 0.5 + 0.5 * math.tanh(self.data * 0.5)
        return Value(y, ((self, y - y * y),))

    def backward(self):
        order, seen, stack = [], set(), [(self, 0)]
        while stack:
            node, turn = stack.pop()
            if turn == 0 and node in seen:
                continue
            seen.add(node)
            if turn < len(node.parents):
                stack.append((node, turn + 1))
                stack.append((node.parents[turn][0], 0))
            else:
                order.append(node)
        self.grad = 1.0
        for node in reversed(order):
            for parent, local in node.parents:
                parent.grad += local * node.grad
        # nobody asks a constant for its gradient: leave none for the next graph
        for node in self._constants.values():
            node.grad = 0.0
