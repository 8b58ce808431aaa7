"""From answers to verdicts: comparing, naming, explaining, scoring."""
