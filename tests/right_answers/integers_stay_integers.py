"""Never turns an int into a float by itself: relu gives int 0, gradients start as 0, the seed is 1.

expect: full
"""
import math


class Value:
    def __init__(self, data, _children=()):
        self.data = data
        self.grad = 0
        self._prev = _children
        self._local = ()

    def _result(self, data, children, local):
        out = Value(data, children)
        out._local = local
        return out

    def _two(self, other):
        return self, other if isinstance(other, Value) else Value(other)

    def __add__(self, other):
        a, b = self._two(other)
        return self._result(a.data + b.data, (a, b), (1, 1))

    def __sub__(self, other):
        a, b = self._two(other)
        return self._result(a.data - b.data, (a, b), (1, -1))

    def __mul__(self, other):
        a, b = self._two(other)
        return self._result(a.data * b.data, (a, b), (b.data, a.data))

    def __truediv__(self, other):
        a, b = self._two(other)
        q, r = divmod(a.data, b.data)
        exact = isinstance(a.data, int) and isinstance(b.data, int) and r == 0
        # 6 / 2 is 3 here, not 3.0; 7 / 2 is 3.5
        return self._result(
            q if exact else a.data / b.data,
            (a, b),
            (1 / b.data, -a.data / b.data**2),
        )

    def __pow__(self, n):
        slope = 0 if n == 0 else n * self.data ** (n - 1)
        return self._result(self.data**n, (self,), (slope,))

    def __neg__(self):
        return self._result(-self.data, (self,), (-1,))

    def __radd__(self, other):
        return Value(other) + self

    def __rsub__(self, other):
        return Value(other) - self

    def __rmul__(self, other):
        return Value(other) * self

    def __rtruediv__(self, other):
        return Value(other) / self

    def exp(self):
        y = math.exp(self.data)
        return self._result(y, (self,), (y,))

    def log(self):
        return self._result(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self):
        y = math.tanh(self.data)
        return self._result(y, (self,), (1 - y * y,))

    def relu(self):
        return self._result(0 if self.data <= 0 else self.data, (self,), (int(self.data > 0),))

    def sigmoid(self):
        if self.data >= 0:
            y = 1 / (1 + math.exp(-self.data))
        else:
            y = math.exp(self.data) / (1 + math.exp(self.data))
        return self._result(y, (self,), (y * (1 - y),))

    def backward(self):
        order, seen = [], set()
        todo = [self]
        while todo:
            node = todo[-1]
            if node in seen:
                todo.pop()
                continue
            new = [p for p in node._prev if p not in seen]
            if new:
                todo += new
            else:
                seen.add(todo.pop())
                order.append(node)
        self.grad = 1
        for node in order[::-1]:
            for parent, local in zip(node._prev, node._local):
                parent.grad = parent.grad + node.grad * local
