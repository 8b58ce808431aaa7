"""__mul__ builds its result and does not return it.

expect: missing return in mul
fails: operators, graphs
"""
#!/usr/bin/env python3
from math import exp, log, tanh


class Value:
  """My autograd. prev = the inputs, rule = gives them their gradients."""

  def __init__(self, data, prev=(), rule=None):
    self.data = float(data)
    self.grad = 0.0
    self.prev = prev
    self.rule = rule

  @staticmethod
  def wrap(v):
    return v if isinstance(v, Value) else Value(v)

  def __add__(self, other):
    other = Value.wrap(other)
    def rule(g):
      self.grad += g
      other.grad += g
    return Value(self.data + other.data, (self, other), rule)

  def __sub__(self, other):
    other = Value.wrap(other)
    def rule(g):
      self.grad += g
      other.grad -= g
    return Value(self.data - other.data, (self, other), rule)

  def __mul__(self, other):
    other = Value.wrap(other)
    def rule(g):
      self.grad += g * other.data
      other.grad += g * self.data
    out = Value(self.data * other.data, (self, other), rule)

  def __truediv__(self, other):
    other = Value.wrap(other)
    def rule(g):
      self.grad += g / other.data
      other.grad -= g * self.data / other.data**2
    return Value(self.data / other.data, (self, other), rule)

  def __pow__(self, n):
    def rule(g):
      self.grad += g * n * self.data**(n - 1)
    return Value(self.data**n, (self,), rule)

  def __neg__(self):
    def rule(g):
      self.grad -= g
    return Value(-self.data, (self,), rule)

  def exp(self):
    y = exp(self.data)
    def rule(g):
      self.grad += g * y
    return Value(y, (self,), rule)

  def log(self):
    def rule(g):
      self.grad += g / self.data
    return Value(log(self.data), (self,), rule)

  def tanh(self):
    y = tanh(self.data)
    def rule(g):
      self.grad += g * (1 - y * y)
    return Value(y, (self,), rule)

  def sigmoid(self):
    y = 0.5 * (1 + tanh(self.data / 2))
    def rule(g):
      self.grad += g * y * (1 - y)
    return Value(y, (self,), rule)

  def relu(self):
    def rule(g):
      self.grad += g if self.data > 0 else 0.0
    return Value(max(0.0, self.data), (self,), rule)

  def __radd__(self, other):
    return Value.wrap(other) + self

  def __rsub__(self, other):
    return Value.wrap(other) - self

  def __rmul__(self, other):
    return Value.wrap(other) * self

  def __rtruediv__(self, other):
    return Value.wrap(other) / self

  def _sorted(self):
    topo, seen = [], set()
    todo = [(self, False)]
    while todo:
      node, expanded = todo.pop()
      if expanded:
        topo.append(node)
      elif node not in seen:
        seen.add(node)
        todo.append((node, True))
        for p in node.prev:
          todo.append((p, False))
    return topo

  def backward(self):
    self.grad = 1.0
    for node in reversed(self._sorted()):
      if node.rule:
        node.rule(node.grad)
