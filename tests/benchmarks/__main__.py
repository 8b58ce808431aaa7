"""What grading costs, side by side, on this machine.

    python -m tests.benchmarks                     all but the class of 10,000: some minutes
    python -m tests.benchmarks side-by-side        floor, ours, pytest, nbgrader
    python -m tests.benchmarks scaling --most 10000
    python -m tests.benchmarks hostile exercises start-up training
    python -m tests.benchmarks --check             fail where a figure leaves its bound

nbgrader is measured where it is on the path, or where NBGRADER names it. Run it on a machine
that does nothing else: all figures but those of memory are time.
"""

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from autograder import limits
from autograder.grading.grade import Grader
from autograder.intake.submissions import Submission
from autograder.records.writing import write_results
from autograder.sandbox import levels
from autograder.verdicts import Report
from tests.hostile.corpus import load_corpus

from . import each_exercise, engines, floor, lean_pytest, nbgrader_autograde, training_step
from .bounds import Figures, measured
from .measuring import PeakMemory, cost_of, further_ms, machine

WORKERS = engines.cores()
ROUNDS = 5  # each way of grading takes its turn this often; the best round counts
CLASS, FEW = 600, 4  # what a submission adds: the time of a class less that of a few
PYTESTS, NBGRADERS = 10, 6


def line(*cells: object) -> None:
    """Print a row of a table."""
    print(
        "  "
        + "  ".join(f"{cell!s:<26}" if k == 0 else f"{cell!s:>14}" for k, cell in enumerate(cells)),
        flush=True,
    )


def grade(level: int, class_: Iterable[Submission], out: Path) -> list[Report]:
    """Grade as the command does, results written; the reports are not kept in memory."""
    grader = Grader(engines.compiled(), level, WORKERS)
    wrong: list[Report] = []

    def watched() -> Iterable[Report]:
        for report in grader.grade(class_):
            if report.score != report.max_score:
                wrong.append(report)
            yield report

    write_results(out, watched())
    if grader.failures:
        raise RuntimeError(grader.failures)
    return wrong


def expect_right(wrong: Sequence[Report]) -> None:
    """A failed engine is cheaper than a right one: no figure may rest on one."""
    if wrong:
        raise RuntimeError(f"{len(wrong)} right engines lost points: {wrong[0].student}")


def side_by_side(folder: Path) -> Figures:
    """Floor, ours, pytest and nbgrader on the same cases."""
    files = engines.make_class(folder / "class", CLASS)
    cases = folder / "cases.json"
    engines.write_cases(cases, engines.compiled())
    plain = engines.plain_cases(engines.compiled())
    at = [level for level in (3, 2) if level <= levels.probe().level]
    print(f"\n06_engine, {len(plain)} cases, {WORKERS} workers, ms for each further submission")
    ways: dict[str, tuple[int, int, Callable[[int], object]]] = {
        "floor": (FEW, CLASS, lambda count: floor.run(plain, files[:count], WORKERS))
    }
    for level in at:
        ways[f"ours, level {level}"] = (
            FEW,
            CLASS,
            lambda count, level=level: expect_right(
                grade(level, engines.submissions(files[:count]), folder / "out.jsonl")
            ),
        )
    for name, at_a_time in (("pytest", WORKERS), ("pytest, one by one", 1)):
        ways[name] = (
            0,
            PYTESTS,
            lambda count, n=at_a_time: lean_pytest.run(cases, files[:count], n, folder),
        )
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, (few, many, work) in ways.items():
            times[name].append(further_ms(work, few, many))
    best = {name: min(found) for name, found in times.items()}
    nbgrader = nbgrader_autograde.find_nbgrader()
    if nbgrader:
        seconds = nbgrader_autograde.marginal_s(
            nbgrader, cases, files[:NBGRADERS], folder / "nbgrader"
        )
        best["nbgrader, each further"] = seconds * 1e3
    else:
        print("  nbgrader is not installed; NBGRADER=/path/to/nbgrader names one")
    line("", "ms", "ours faster by", "of the floor", "rounds")
    ours = best[f"ours, level {at[0]}"]
    for name, milliseconds in best.items():
        rounds = " ".join(f"{t:.1f}" for t in times.get(name, ()))
        line(
            name,
            f"{milliseconds:.1f}",
            f"{milliseconds / ours:.2f}",
            f"{best['floor'] / milliseconds:.1%}",
            rounds,
        )
    if nbgrader:
        # nbgrader grades one after another: ours with one worker is the fair rival
        print(
            "  (nbgrader has no workers: with one worker, ours is faster by "
            f"{best['nbgrader, each further'] / one_worker(files, at[0], folder):.0f})"
        )
    figures = {
        "share of the floor's throughput": best["floor"] / ours,
        "times as fast as pytest": best["pytest"] / ours,
    }
    if nbgrader:
        figures["times as fast as nbgrader"] = best["nbgrader, each further"] / ours
    return figures


def one_worker(files: Sequence[Path], level: int, folder: Path) -> float:
    """Milliseconds for each further submission with one worker."""

    def work(count: int) -> None:
        grader = Grader(engines.compiled(), level, 1)
        write_results(folder / "one.jsonl", grader.grade(engines.submissions(files[:count])))

    return further_ms(work, FEW, CLASS // 2)


def scaling(folder: Path, most: int) -> Figures:
    """Throughput and the judge's memory for growing classes."""
    level = levels.probe().level
    print(f"\ngrowing classes at level {level}, {WORKERS} workers")
    line("submissions", "seconds", "a second", "judge MiB", "result MB")
    memory, each = [], []
    for count in (100, 1_000, 10_000):
        if count > most:
            continue
        files = engines.make_class(folder / "growing", count)
        out = folder / "growing.jsonl"
        gc.collect()
        with PeakMemory() as peak:
            started = time.perf_counter()
            expect_right(grade(level, engines.submissions(files), out))
            seconds = time.perf_counter() - started
        line(
            count,
            f"{seconds:.1f}",
            f"{count / seconds:.0f}",
            f"{peak.mib:.0f}",
            f"{out.stat().st_size / 1e6:.1f}",
        )
        memory.append(peak.mib)
        each.append(seconds / count)
    return {
        "judge's memory, MiB": max(memory),
        "judge's memory, largest class against smallest": memory[-1] / memory[0],
        "time of a submission, largest class against smallest": each[-1] / each[0],
    }


def hostile(folder: Path) -> Figures:
    """A class of 500, clean and with 10 % hostile files."""
    level, size, bad = levels.probe().level, 500, 50
    files = engines.make_class(folder / "mixed", size)
    clean = cost_of(
        lambda: expect_right(grade(level, engines.submissions(files), folder / "out.jsonl"))
    ).wall_s
    entries = [e for e in load_corpus() if e.exercise == engines.EXERCISE]
    chosen = [entries[k * len(entries) // bad] for k in range(bad)]
    own_s = 0.0
    for number, entry in enumerate(chosen):
        file = files[number * size // bad]
        file.unlink()
        entry.place(file.parent)
        # at most: once in one frame, once more case by case, to blame the right case
        own_s += 2 * {"cpu": limits.PROCESS_CPU_S, "wall": limits.IDLE_S}.get(entry.detail, 0.0)
    attacked = {files[number * size // bad].parents[1].name for number in range(bad)}
    hurt: list[str] = []

    def mixed() -> None:
        wrong = grade(level, engines.submissions(files), folder / "out.jsonl")
        hurt.extend(report.student for report in wrong if report.student not in attacked)

    seconds = cost_of(mixed).wall_s
    allowed = 1.5 * clean + own_s / WORKERS
    print(
        f"\n{size} submissions at level {level}, {WORKERS} workers: clean {clean:.1f} s; "
        f"with {bad} hostile ones {seconds:.1f} s"
    )
    print(
        f"  allowed: 1.5 x clean + {own_s:.0f} s of their own limits / {WORKERS} "
        f"= {allowed:.1f} s; honest scores changed: {len(hurt)}"
    )
    return {
        "honest scores changed by hostile ones": len(hurt),
        "hostile class, share of the time allowed": seconds / allowed,
    }


def exercises(folder: Path) -> Figures:
    """A solved submission of each exercise."""
    level = levels.probe().level
    print(f"\nsolved submissions at level {level}, {WORKERS} workers, ms for each further one")
    slowest = 0.0
    for name, milliseconds in each_exercise.milliseconds(folder, level, WORKERS):
        line(name, f"{milliseconds:.1f}")
        slowest = max(slowest, milliseconds)
    return {"slowest exercise, ms for each further one": slowest}


def start_up(folder: Path) -> Figures:
    """What a student waits for before anything is checked."""
    command = [sys.executable, "-c", "from autograder.cli import main; main()"]
    stub = engines.ROOT / "exercises" / engines.EXERCISE / "engine.py"
    work = folder / engines.EXERCISE
    work.mkdir(exist_ok=True)
    for name in ("exercise.yml", "public.json", "lesson.md", "checks.py"):
        if (stub.parent / name).exists():
            (work / name).write_bytes((stub.parent / name).read_bytes())
    (work / "engine.py").write_bytes((engines.ROOT / "reference/engine.py").read_bytes())
    print("\nstart-up, median of 9, seconds")
    medians = {}
    for name, arguments, place in (
        ("python -c pass", [sys.executable, "-c", "pass"], folder),
        ("autograder --help", [*command, "--help"], folder),
        ("autograder check", [*command, "check"], work),
    ):
        times = []
        for _ in range(9):
            started = time.perf_counter()
            ran = subprocess.run(arguments, cwd=place, capture_output=True, text=True, check=False)
            times.append(time.perf_counter() - started)
            if ran.returncode != 0:
                raise RuntimeError(ran.stdout + ran.stderr)
        line(name, f"{statistics.median(times):.3f}")
        medians[name] = statistics.median(times)
    alone = medians.pop("python -c pass")
    return {f"{name}, times a bare Python": s / alone for name, s in medians.items()}


def training() -> Figures:
    """A training step on micrograd's engine and on our two."""
    theirs, their_losses = training_step.step_s("micrograd.nn")
    print(
        f"\ntraining step, MLP 2-16-16-1, 100 moons, collector as Python starts it "
        f"{gc.get_threshold()}, CPU ms: micrograd {theirs * 1e3:.0f}"
    )
    figures = {}
    for name, engine in (("reference", ""), ("its tuple_engine", "reference.tuple_engine")):
        ours, our_losses = training_step.step_s("reference.nn", engine)
        same = max(abs(a - b) for a, b in zip(their_losses, our_losses, strict=True))
        print(f"{name} {ours * 1e3:.0f}, ratio {ours / theirs:.2f}; losses differ by {same:.0e}")
        which = "" if name == "reference" else f", {name}"
        figures[f"training step against micrograd's{which}"] = ours / theirs
        figures[f"losses differ from micrograd's by{which}"] = same
    return figures


def main() -> int:
    """Run what was asked for; 1 if a bound that was to be checked was left."""
    parts = ("side-by-side", "scaling", "hostile", "exercises", "start-up", "training")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    parser.add_argument("--most", type=int, default=1_000, help="largest class of scaling")
    parser.add_argument("--check", action="store_true", help="fail where a bound is left")
    given = parser.parse_args()
    wanted = given.parts or parts
    if not set(wanted) <= set(parts):
        parser.error(f"a part is one of {', '.join(parts)}")
    print(machine())
    print(levels.describe(levels.probe().level))
    with tempfile.TemporaryDirectory(prefix="micrograde-benchmark-") as name:
        folder = Path(name)
        work: dict[str, Callable[[], Figures]] = {
            "side-by-side": lambda: side_by_side(folder),
            "scaling": lambda: scaling(folder, given.most),
            "hostile": lambda: hostile(folder),
            "exercises": lambda: exercises(folder),
            "start-up": lambda: start_up(folder),
            "training": training,
        }
        outside = [text for part in wanted for text in measured(work[part], check=given.check)]
    if given.check and not outside:
        print("\nevery figure is within its bound")
    return int(bool(outside))


if __name__ == "__main__":
    sys.exit(main())
