"""Offers probes whose graphs double with every step: some planted engines walk every path.

family: planted
expect: tenth
gain: an engines' process that hangs, and a grader with it
"""


def gradcheck(f, xs, engine):
    a = engine(1.0)
    for _ in range(60):
        a = a + a
    a.backward()
    return True


def probes():
    def doubled(a):
        for _ in range(60):
            a = a + a
        return a

    return [(doubled, [1.0])]
