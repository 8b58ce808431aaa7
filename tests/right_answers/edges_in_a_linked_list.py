"""Each node holds the head of a linked list of edges (parent, local derivative, next edge).

expect: full
"""
import math


class Edge:
    __slots__ = ("parent", "local", "next")

    def __init__(self, parent, local, next_edge=None):
        self.parent = parent
        self.local = local
        self.next = next_edge


class Value:
    def __init__(self, data, first_edge=None):
        self.data, self.grad, self.first = data, 0.0, first_edge
        self.mark = 0  # 0 new, 1 entered, 2 left

    def one(self, data, local):
        return Value(data, Edge(self, local))

    def two(self, data, local, other, other_local):
        return Value(data, Edge(self, local, Edge(other, other_local)))

    def __add__(self, other):
        if type(other) is Value:
            return self.two(self.data + other.data, 1.0, other, 1.0)
        return self.one(self.data + other, 1.0)

    def __mul__(self, other):
        if type(other) is Value:
            return self.two(self.data * other.data, other.data, other, self.data)
        return self.one(self.data * other, other)

    def __sub__(self, other):
        if type(other) is Value:
            return self.two(self.data - other.data, 1.0, other, -1.0)
        return self.one(self.data - other, 1.0)

    def __truediv__(self, other):
        if type(other) is Value:
            q = self.data / other.data
            return self.two(q, 1.0 / other.data, other, -q / other.data)
        return self.one(self.data / other, 1.0 / other)

    def __radd__(self, number):
        return self.one(number + self.data, 1.0)

    def __rmul__(self, number):
        return self.one(number * self.data, number)

    def __rsub__(self, number):
        return self.one(number - self.data, -1.0)

    def __rtruediv__(self, number):
        q = number / self.data
        return self.one(q, -q / self.data)

    def __pow__(self, k):
        return self.one(self.data ** k, k * self.data ** (k - 1))

    def __neg__(self):
        return self.one(-self.data, -1.0)

    def exp(self):
        e = math.exp(self.data)
        return self.one(e, e)

    def log(self):
        return self.one(math.log(self.data), 1.0 / self.data)

    def tanh(self):
        t = math.tanh(self.data)
        return self.one(t, (1.0 + t) * (1.0 - t))

    def relu(self):
        if self.data > 0:
            return self.one(self.data, 1.0)
        return self.one(0.0, 0.0)

    def sigmoid(self):
        small = math.exp(-abs(self.data))
        s = 1 / (1 + small) if self.data > 0 else small / (1 + small)
        return self.one(s, s * (1 - s))

    def backward(self):
        finished = []
        stack = [self]
        while stack:
            node = stack[-1]
            if node.mark == 0:
                node.mark = 1
                edge = node.first
                while edge is not None:
                    if edge.parent.mark == 0:
                        stack.append(edge.parent)
                    edge = edge.next
            else:
                stack.pop()
                if node.mark == 1:
                    node.mark = 2
                    finished.append(node)

        self.grad = 1.0
        for node in reversed(finished):
            node.mark = 0  # so that another backward can walk here
            edge = node.first
            while edge is not None:
                edge.parent.grad += edge.local * node.grad
                edge = edge.next
