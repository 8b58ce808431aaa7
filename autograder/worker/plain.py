"""Runs one submission in an ordinary process: for level 1, where nothing confines it.

Workload and request come on stdin, the reply goes to stdout, and what the submission prints to
stderr. The process ends after one submission.
"""

import json
import os

from autograder.worker import child, driver, zygote
from autograder.worker.protocol import LENGTH
from autograder.worker.requests import PlainWorkload


def main() -> None:
    """Read a workload and a request, run it, write the reply."""
    child.binary_streams()
    (length,) = LENGTH.unpack(child.read_exactly(0, LENGTH.size))
    workload: PlainWorkload = json.loads(child.read_exactly(0, length))
    nonce, request = child.read_request(0)
    zygote.preload(workload["imports"])
    reply = os.dup(1)
    os.dup2(2, 1)  # what the submission prints goes to the other stream
    child.serve(
        nonce,
        request,
        workload["cases"],
        driver.make_namespace([*driver.DEFAULT_IMPORTS, *workload["imports"]]),
        workload["cpu_s"],
        reply,
    )
