"""Who may import whom: one table, and what keeps start-up light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "autograder"

# The shared words: every room may use them, and they use nothing but each other.
WORDS = ("model", "errors", "tolerance", "tape", "storage", "rightness")
# What the judge knows of the worker: the bytes, the names of statuses, and how to start it.
PROTOCOL = ("worker.protocol", "worker.player", "worker.child", "worker.confine")

# Room, or module of a room, to what it may import; the longest name that fits counts.
# Every room may import itself and, the worker apart, the shared words.
TABLE: dict[str, tuple[str, ...]] = {
    "worker": (),
    "authoring": (),
    # plays reference and mutants with the students' own player: one player for all
    "authoring.compiling": ("worker.driver", "worker.player"),
    # proves that the judge gives the verdicts that the course promises
    "authoring.validate": ("grading",),
    "authoring.mutation": ("grading",),
    # writes the bytes that worker/seccomp_filter.py holds, and compares them
    "authoring.build_seccomp": ("worker.seccomp_filter",),
    "grading": PROTOCOL,
    # tries on the real walls what a submission would try, by code that runs behind them
    "grading.attacks": ("worker.confine", "worker.trial"),
    "grading.live": ("worker.live", "worker.player", "worker.protocol"),
    "records": (),
    "report": (),
    "student": ("grading", "report"),
    # refuses a public.json whose kinds of case this version of the tool cannot play
    "student.finding": ("worker.kinds",),
    # the student's own kernel plays the public checks on what the notebook holds by now
    "student.kernel": (
        *("grading", "report"),
        *("worker.driver", "worker.kinds", "worker.player", "worker.protocol"),
    ),
    "cli": ("",),
    "commands": ("",),
    "commands_nbgrader": ("",),
    "": ("student.notebook", "student", "worker.standins"),  # the package's own three names
}
# Third-party packages, and the only places that may import them.
OUTSIDE: dict[str, tuple[str, ...]] = {
    "numpy": ("grading.comparing", "grading.canaries"),
    "hypothesis": ("authoring",),
    "yaml": ("authoring.yaml_files",),
    "jupytext": ("authoring",),
    "nbformat": ("authoring",),
    "pyseccomp": ("authoring.build_seccomp",),
    "click": ("cli",),
    "rich": ("report",),
    "jinja2": ("report",),
    "packaging": ("grading.doctor",),
    "pygraphviz": ("report",),
    "IPython": ("student",),
    "nbgrader": ("records", "commands_nbgrader"),
    "sqlalchemy": ("records",),
    "nbclient": (),
}


def name_of(path):
    """Module name below the package: `grading.judging`; "" for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports_of(path):
    """Every name a file imports, anywhere in it: `autograder.model`, `json`, ..."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own_imports(path):
    """The package's modules that a file imports, without the prefix."""
    found = set()
    for name in imports_of(path):
        if name == "autograder" or name.startswith("autograder."):
            inner = name.removeprefix("autograder").removeprefix(".")
            while inner not in MODULES:  # a name within a module
                inner = inner.rpartition(".")[0]
            found.add(inner)
    return found


def is_within(module, places):
    return any(place in ("", module) or module.startswith(place + ".") for place in places)


def rule_for(module):
    """The longest entry of the table that fits a module."""
    fitting = [entry for entry in TABLE if is_within(module, [entry]) and entry]
    return max(fitting, key=len, default="")


def breaches(module, imported):
    """Those of a module's imports that the table does not allow."""
    allowed = [] if module in WORDS else [*TABLE[rule_for(module)], module.partition(".")[0]]
    if not module.startswith("worker"):
        allowed += WORDS
    return {name for name in imported if name and not is_within(name, allowed)}


@pytest.mark.parametrize("module", [m for m in MODULES if m])
def test_a_module_imports_only_what_the_table_allows(module):
    assert breaches(module, own_imports(MODULES[module])) == set()


def test_the_package_itself_imports_only_the_notebooks_three_names():
    assert own_imports(MODULES[""]) <= set(TABLE[""])


def test_the_table_has_no_entry_for_what_is_not_there():
    for entry in TABLE:
        assert entry in MODULES, entry
    for words in WORDS:
        assert words in MODULES, words


def test_no_entry_of_the_table_allows_more_than_is_used():
    for entry, allowed in TABLE.items():
        if "" in allowed or not entry:
            continue
        used = set()
        for module in MODULES:
            if module and rule_for(module) == entry:
                used |= own_imports(MODULES[module])
        for name in allowed:
            assert any(is_within(one, [name]) for one in used), f"{entry} does not use {name}"


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("worker.driver", "model"),
        ("worker.driver", "grading.judging"),
        ("grading.judging", "worker.driver"),
        ("grading.judging", "authoring.compiling"),
        ("records.results", "grading.judging"),
        ("report.feedback", "records.results"),
        ("authoring.vocabulary", "worker.player"),
        ("authoring.vocabulary", "grading.judging"),
        ("student.finding", "authoring.course"),
        ("student.finding", "worker.driver"),
        ("tape", "grading.judging"),
        ("model", "worker.player"),
    ],
)
def test_the_table_would_notice_a_breach(module, imported):
    assert module in MODULES
    assert breaches(module, {imported}) == {imported}


@pytest.mark.parametrize("module", [m for m in MODULES if m])
def test_third_party_packages_stay_in_their_places(module):
    for name in imports_of(MODULES[module]):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top == "autograder":
            continue
        assert top in OUTSIDE, f"{module} imports {top}: add it to OUTSIDE and to pyproject.toml"
        assert is_within(module, OUTSIDE[top]), f"{module} imports {top}"


def test_the_worker_and_the_shared_words_use_the_standard_library_alone():
    for module, path in MODULES.items():
        if module in WORDS or module.startswith("worker"):
            tops = {name.partition(".")[0] for name in imports_of(path)}
            assert tops <= {*sys.stdlib_module_names, "autograder"}, module


def test_no_module_imports_itself_by_way_of_others():
    graph = {m: own_imports(path) - {""} for m, path in MODULES.items() if m}
    done: set[str] = set()

    def walk(module, above):
        assert module not in above, " -> ".join([*above, module])
        if module not in done:
            for name in sorted(graph[module] - {module.rpartition(".")[0]}):
                walk(name, [*above, module])
            done.add(module)

    for module in graph:
        walk(module, [])


# The other rooms ---------------------------------------------------------------------------


def test_the_reference_knows_nothing_of_the_tool():
    for path in sorted((ROOT / "reference").glob("*.py")):
        for name in imports_of(path):
            top = name.partition(".")[0]
            assert top in {*sys.stdlib_module_names, "reference", "numpy", "torch"}, path


def test_nothing_in_the_tool_imports_the_reference():
    for module, path in MODULES.items():
        assert not any(name.partition(".")[0] == "reference" for name in imports_of(path)), module


def test_checks_know_no_room_but_that_of_authors():
    files = [*ROOT.glob("exercises/*/checks.py"), *ROOT.glob("reference/hidden/*/checks.py")]
    assert len(files) >= 12
    for path in files:
        for name in imports_of(path):
            top = name.partition(".")[0]
            own = name.startswith("autograder.authoring.")
            assert own or top in {*sys.stdlib_module_names, "yaml"}, path


# Start-up ----------------------------------------------------------------------------------

HEAVY = ("numpy", "click", "rich", "yaml", "jinja2", "hypothesis", "jupytext", "nbformat")


def loaded_by(code):
    """Which heavy packages, and how many modules, a line of Python loads."""
    ask = f"{code}\nimport sys\nprint(*[m for m in {HEAVY} if m in sys.modules], len(sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT
    )
    *heavy, count = told.stdout.split()
    return heavy, int(count)


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_by("import autograder")[0] == []


def test_method_of_is_there_without_anything_heavy():
    heavy, _ = loaded_by("from autograder import method_of")
    assert heavy == []


def test_an_unknown_name_is_an_attribute_error():
    import autograder

    with pytest.raises(AttributeError, match="module 'autograder' has no attribute 'grade'"):
        autograder.grade  # noqa: B018 - to look it up is the test


def test_the_worker_starts_without_anything_heavy():
    assert loaded_by("import autograder.worker.zygote")[0] == []


def test_the_command_line_loads_click_and_no_other():
    assert loaded_by("import autograder.cli")[0] == ["click"]


def test_judging_needs_numpy_and_neither_authors_nor_students():
    heavy, _ = loaded_by("import autograder.grading.grade")
    assert heavy == ["numpy"]
