"""Fuzz one target under atheris, guided by coverage.

    python -m tests.fuzz reply --seconds 60
    python -m tests.fuzz all --seconds 60

Seeds are made of the repository's own files at the start. What breaks a promise is printed
with its bytes, kept in --keep, and ends the run with status 1: put it into FOUND in
tests/test_fuzzing.py, and mend it.
"""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SLOWEST_S = 60  # on the wall clock, of one input: honest ones take up to 0.1 s on an idle machine
MEMORY_MIB = 2048


def fuzz(target: str, seconds: int, keep: Path) -> None:
    """Fuzz in this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["autograder"]):
        from tests.fuzz.targets import TARGETS, WORDS, seeds

    corpus = Path(tempfile.mkdtemp(prefix="micrograde-fuzz-"))
    for number, data in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(data)
    words = corpus.with_suffix(".words")
    quoted = ("".join(f"\\x{byte:02x}" for byte in word) for word in WORDS[target])
    words.write_text("".join(f'"{word}"\n' for word in quoted))
    keep.mkdir(parents=True, exist_ok=True)
    flags = [
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST_S}",
        f"-rss_limit_mb={MEMORY_MIB}",
        f"-dict={words}",
        f"-artifact_prefix={keep}/{target}-",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], TARGETS[target])
    atheris.Fuzz()


def main() -> int:
    """Read the command line; each target has a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    names = ("reply", "verdict", "notebook", "script", "yaml", "names")
    parser.add_argument("target", choices=(*names, "all"))
    parser.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    parser.add_argument("--keep", type=Path, default=ROOT / ".fuzz", help="where finds go (.fuzz)")
    chosen = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed; run: pip install -e '.[fuzz]'", file=sys.stderr)
        return 2
    if chosen.target != "all":
        fuzz(chosen.target, chosen.seconds, chosen.keep)
        return 0
    rest = ["--seconds", str(chosen.seconds), "--keep", str(chosen.keep)]
    runs = [
        subprocess.run([sys.executable, "-m", "tests.fuzz", n, *rest], check=False) for n in names
    ]
    return int(any(run.returncode for run in runs))


if __name__ == "__main__":
    sys.exit(main())
