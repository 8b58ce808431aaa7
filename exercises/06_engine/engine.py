"""A scalar autograd engine, in your own words."""


class Value:
    """One number of a graph, its gradient, and how it was made."""
