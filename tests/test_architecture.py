"""Who may import whom: one table, its few exceptions, and what keeps start-up light."""

import ast
import subprocess
import sys

import pytest
from repository import ROOT

PACKAGE = ROOT / "autograder"

# The shared words: every room may use them, and they use nothing but each other.
WORDS = (
    *("model", "verdicts", "errors", "limits", "tolerance", "tape", "storage", "student_ids"),
    *("outputs", "parsing"),
    *("worker.imports.importable", "worker.status", "worker.requests"),
)

# Room to what it may import; the longest name that fits counts.
# Every room may import itself and, the worker apart, the shared words.
TABLE: dict[str, tuple[str, ...]] = {
    "worker": ("limits",),
    "course": (),
    "intake": (),
    # the bytes, the layers that the worker puts up, and what is tried on them
    "sandbox": ("worker.protocol", "worker.confine", "worker.trial"),
    # what a submission answered, and how its operations are spelled
    "judging": ("sandbox.endings", "sandbox.running", "worker.protocol", "worker.players.base"),
    "grading": ("intake", "sandbox", "judging"),
    "records": (),
    "report": (),
    "authoring": ("course", "authoring.lessons", "authoring.proof"),
    "authoring.checks": (),
    "authoring.lessons": ("course",),
    # plays reference and mutants with the students' own player, and proves the judge itself
    "authoring.proof": (
        *("course", "authoring.checks", "authoring.lessons", "intake", "sandbox", "judging"),
        *("worker.driver", "worker.engines", "worker.players", "worker.protocol"),
        "worker.imports.standins",
    ),
    "authoring.release": ("course", "authoring.lessons", "authoring.proof"),
    "student": ("intake", "sandbox", "judging", "report"),
    "commands": ("",),
    "cli": ("",),
    "": ("student.notebook", "student", "worker.imports.standins"),  # the package's own three names
}
# By module, what it may import in place of what its room may: three at most, each with its reason.
EXCEPTIONS: dict[str, tuple[str, ...]] = {
    # writes the bytes that worker/seccomp_filter.py holds, and compares them
    "authoring.build_seccomp": ("worker.seccomp_filter",),
    # refuses a public.json whose kinds of case this version of the tool cannot play
    "student.finding": ("worker.players.kinds",),
    # the student's own kernel plays the public checks on what the notebook holds by now
    "student.kernel": (
        *("judging", "report", "sandbox"),
        *("worker.driver", "worker.engines", "worker.players", "worker.protocol"),
    ),
}
MOST_EXCEPTIONS = 3
ENTRIES = TABLE | EXCEPTIONS
# Third-party packages, and the only places that may import them.
OUTSIDE: dict[str, tuple[str, ...]] = {
    "numpy": ("judging.comparing", "authoring.proof.canaries"),
    "hypothesis": ("authoring",),
    "yaml": ("course.yaml_files",),
    "jupytext": ("authoring",),
    "pyseccomp": ("authoring.build_seccomp",),
    "click": ("cli",),
    "rich": ("report",),
    "jinja2": ("report",),
    "packaging": ("sandbox.doctor",),
    "pygraphviz": ("report",),
    "nbgrader": ("records",),
    "sqlalchemy": ("records",),
}


def name_of(path):
    """Module name below the package: `judging.judge`; "" for the package itself."""
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
    """The longest entry of table and exceptions that fits a module."""
    fitting = [entry for entry in ENTRIES if is_within(module, [entry]) and entry]
    return max(fitting, key=len, default="")


def room_of(module):
    """The room that a module stands in: `authoring.proof`, `judging`, or itself at the top."""
    fitting = [room for room in TABLE if room and is_within(module, [room])]
    return max(fitting, key=len, default=module)


def breaches(module, imported):
    """Those of a module's imports that the table does not allow."""
    allowed = [] if module in WORDS else [*ENTRIES[rule_for(module)], room_of(module)]
    if not module.startswith("worker"):
        allowed += WORDS
    return {name for name in imported if name and not is_within(name, allowed)}


@pytest.mark.parametrize("module", [m for m in MODULES if m])
def test_a_module_imports_only_what_the_table_allows(module):
    assert breaches(module, own_imports(MODULES[module])) == set()


def test_the_package_itself_imports_only_the_notebooks_three_names():
    assert own_imports(MODULES[""]) <= set(TABLE[""])


def test_no_room_imports_itself_by_way_of_others():
    rooms: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        if module and module not in WORDS:
            used = {room_of(name) for name in own_imports(path) - {"", *WORDS} if name}
            rooms.setdefault(room_of(module), set()).update(used - {room_of(module)})
    done: list[str] = []
    while len(done) < len(rooms):
        free = [room for room, used in rooms.items() if room not in done and used <= {*done}]
        assert free, f"these import each other: {sorted(rooms.keys() - {*done})}"
        done += free
    way = [done.index(room) for room in ("course", "sandbox", "judging", "grading", "commands")]
    assert way == sorted(way)


def test_the_exceptions_are_modules_and_at_most_three():
    assert len(EXCEPTIONS) <= MOST_EXCEPTIONS
    assert not TABLE.keys() & EXCEPTIONS.keys()
    for module in EXCEPTIONS:
        assert MODULES[module].name != "__init__.py", f"{module} is a room"


def test_every_other_entry_of_the_table_is_a_room():
    for room in TABLE.keys() - {"cli"}:
        assert MODULES[room].name == "__init__.py", f"{room} is a module: name it an exception"


def test_the_rooms_of_the_table_are_those_that_are_there():
    for words in WORDS:
        assert words in MODULES, words
    top = {name.partition(".")[0] for name in MODULES if "." in name}
    assert top == {room.partition(".")[0] for room in TABLE.keys() - {"", "cli"}}


def test_no_entry_allows_more_than_is_used():
    for entry, allowed in ENTRIES.items():
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
        ("worker.driver", "judging.judge"),
        ("judging.judge", "worker.driver"),
        ("judging.judge", "authoring.proof.compiling"),
        ("grading.grade", "authoring.proof.compiling"),
        ("intake.extract", "sandbox.running"),
        ("sandbox.running", "judging.judge"),
        ("course.compiled", "authoring.proof.compiling"),
        ("authoring.lessons.building", "authoring.proof.compiling"),
        ("records.results", "judging.judge"),
        ("report.feedback", "records.results"),
        ("authoring.checks.vocabulary", "worker.players.base"),
        ("authoring.checks.vocabulary", "judging.judge"),
        ("student.finding", "course.course_file"),
        ("student.finding", "worker.driver"),
        ("tape", "judging.judge"),
        ("model", "worker.players.base"),
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


def test_every_third_party_package_is_used_where_it_is_allowed():
    for package, places in OUTSIDE.items():
        for place in places:
            used = [m for m, path in MODULES.items() if is_within(m, [place]) and package in {
                name.partition(".")[0] for name in imports_of(path)
            }]  # fmt: skip
            assert used, f"{place} does not use {package}"


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
            own = name.startswith(("autograder.authoring.checks.", "autograder.authoring.lessons."))
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
