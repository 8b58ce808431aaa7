"""Planted engines: the process that holds them, and what it answers to whoever examines them."""
