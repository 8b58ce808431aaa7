"""The judge's side of running a program: zygotes, levels, limits, doctor."""
