"""Keeps a visited set and adds to it, but never asks it.

expect: no visited check; exponential time
fails: graphs, deep graphs
"""
import math


class Value:

  def __init__(self, data, _children=(), _op=''):
    self.data = data
    self.grad = 0.0
    self.back = lambda: None
    self.parents = list(_children)
    self._op = _op

  def __repr__(self):
    return f"Value(data={self.data})"

  def __add__(self, other):
    other = other if isinstance(other, Value) else Value(other)
    new = Value(self.data + other.data, (self, other), '+')

    def back():
      self.grad += new.grad
      other.grad += new.grad
    new.back = back
    return new

  def __mul__(self, other):
    other = other if isinstance(other, Value) else Value(other)
    new = Value(self.data * other.data, (self, other), '*')

    def back():
      self.grad += other.data * new.grad
      other.grad += self.data * new.grad
    new.back = back
    return new

  def __pow__(self, other):
    new = Value(self.data**other, (self,), f'**{other}')

    def back():
      self.grad += other * (self.data ** (other - 1)) * new.grad
    new.back = back
    return new

  def __truediv__(self, other):
    return self * other**-1

  def __rtruediv__(self, other):
    return other * self**-1

  def __neg__(self):
    return self * -1

  def __sub__(self, other):
    return self + (-other)

  def __rsub__(self, other):
    return other + (-self)

  def __radd__(self, other):
    return self + other

  def __rmul__(self, other):
    return self * other

  def exp(self):
    x = self.data
    new = Value(math.exp(x), (self,), 'exp')

    def back():
      self.grad += new.data * new.grad
    new.back = back
    return new

  def log(self):
    new = Value(math.log(self.data), (self,), 'log')

    def back():
      self.grad += (1 / self.data) * new.grad
    new.back = back
    return new

  def tanh(self):
    t = math.tanh(self.data)
    new = Value(t, (self,), 'tanh')

    def back():
      self.grad += (1 - t**2) * new.grad
    new.back = back
    return new

  def relu(self):
    new = Value(max(self.data, 0.0), (self,), "relu")

    def back():
      self.grad += (new.data > 0) * new.grad
    new.back = back
    return new

  def sigmoid(self):
    s = 1 / (1 + math.exp(-self.data))
    new = Value(s, (self,), 'sigmoid')

    def back():
      self.grad += s * (1 - s) * new.grad
    new.back = back
    return new

  def backward(self):
    L = []
    visited = set()

    def dfs(v):
      visited.add(v)
      for p in v.parents:
        dfs(p)
      L.append(v)

    dfs(self)
    self.grad = 1.0
    for node in reversed(L):
      node.back()
