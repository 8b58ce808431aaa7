"""What `check --watch` waits with: yields each time the student has saved the file."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

SAVE_LOOK_S = 0.3  # an editor's save is noticed before the hand is back on the keys


def changes(file: Path, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yield once at once, then each time the file was saved with another content.

    It looks at size and time of change, which works on every platform and file system,
    shared and remote ones too.

    Args:
        file: what to watch; it may be absent for a moment, as some editors replace it.
        sleep: waits for a number of seconds.
    """
    seen = _state(file)
    yield
    while True:
        sleep(SAVE_LOOK_S)
        now = _state(file)
        if now is not None and now != seen:
            seen = now
            yield


def _state(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
