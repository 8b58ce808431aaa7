"""What is said of blocks that ended early: of a task, or of the whole file."""

from collections.abc import Sequence

from autograder.judging import wording
from autograder.judging.told import Teller
from autograder.model import Block
from autograder.sandbox.running import Run
from autograder.worker.status import Status


def broken_blocks(run: Run, blocks: Sequence[Block], teller: Teller) -> dict[str | None, str]:
    """For each task (None: the whole file), what its block raised when it was run.

    Args:
        run: what became of each block.
        blocks: what was run.
        teller: says what a student is told of a text.
    """
    broken: dict[str | None, str] = {}
    for block, (status, _, detail) in zip(blocks, run.reply.blocks, strict=True):
        if status in (Status.OK, Status.UNWRITTEN) or block.optional:
            continue
        ended = Status(status)
        text = run.reply.details[detail]
        if ended is Status.RAISED:
            said = wording.RAISED.format(detail=teller.raised(text))
        elif ended is Status.NOT_RUN:
            said = wording.BLOCK_NOT_RUN.format(trouble=run.trouble)
        else:
            limit, text = wording.BLOCK_TEXTS.get(ended, ended.in_words), teller.said(text)
            said = f"{limit} ({text})" if text else limit
        broken.setdefault(block.task, said)
    return broken
