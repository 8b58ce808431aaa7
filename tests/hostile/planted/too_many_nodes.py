"""Builds a graph of millions of nodes on the planted engine, in questions of the largest size.

family: planted
expect: tenth
gain: the engines' memory, and with it a score withheld in place of a zero
"""


def gradcheck(f, xs, engine):
    node = engine(1.0)
    while True:
        for _ in range(40_000):
            node = node * 1.0001
        try:
            node.grad
        except Exception:
            pass


def probes():
    def deep(a):
        for _ in range(100_000):
            a = a + a
        return a

    return [(deep, [1e-300])]
