"""Runs one submission in an ordinary process: for level 1, where nothing confines it.

Workload and request come on stdin, the reply goes to stdout, and what the submission prints to
stderr. The process ends after one submission.
"""

import json
import os

from autograder.worker import child, driver, zygote
from autograder.worker.engines.inside import link_to
from autograder.worker.imports.importable import STANDARD
from autograder.worker.players.asked import connected
from autograder.worker.protocol import LENGTH
from autograder.worker.requests import PlainEngines, PlainWorkload


def main() -> None:
    """Read a workload and a request, run it, write the reply."""
    child.binary_streams()
    (length,) = LENGTH.unpack(child.read_exactly(0, LENGTH.size))
    workload: PlainWorkload = json.loads(child.read_exactly(0, length))
    cases = workload["cases"]
    if workload.get("asks"):  # planted engines: here they are, in this same process
        (length,) = LENGTH.unpack(child.read_exactly(0, LENGTH.size))
        planted: PlainEngines = json.loads(child.read_exactly(0, length))
        _, orders = child.read_request(0)
        cases = connected(cases, link_to(planted, dict(orders["order"])))
    nonce, request = child.read_request(0)
    zygote.preload(workload["imports"])
    reply = os.dup(1)
    os.dup2(2, 1)  # what the submission prints goes to the other stream
    child.serve(
        nonce,
        request,
        cases,
        driver.make_namespace([*STANDARD, *workload["imports"]]),
        workload["cpu_s"],
        reply,
    )
