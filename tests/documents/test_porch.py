"""What stands beside the documents: citation, typing, constraints, workflows, what is shipped."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile

import pytest
import yaml
from document_tools import DOCUMENTS, ROOT, name_of, read
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from autograder import __version__
from autograder.authoring.release.wheel import tool_wheel
from autograder.course import compiled

PROJECT = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PIN = re.compile(r"([a-z0-9-]+)==(\S+)")


def test_the_readme_is_short_enough_to_be_read():
    assert len(read(ROOT / "README.md").splitlines()) <= 110


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_a_document_has_one_title_and_lines_that_fit_outside_of_tables(path):
    text = re.sub(r"^```.*?^```", "", read(path), flags=re.MULTILINE | re.DOTALL)
    assert text.startswith("# ") and len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    own = re.sub(r"<!-- generated.*?<!-- end -->", "", text, flags=re.DOTALL)
    long = [line for line in own.splitlines() if len(line) > 100 and not line.startswith("|")]
    assert long == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_no_cell_of_a_table_waits_to_be_filled(path):
    cells = [cell.strip() for line in read(path).splitlines() for cell in line.split(" | ")]
    left = [c.strip("| ") for c in cells if re.fullmatch(r"\|? ?[A-Z]{4,}(?: \|)?", c)]
    assert left == []


# Citation, changelog -----------------------------------------------------------------------


def test_the_citation_is_a_valid_one_of_this_version():
    cited = yaml.safe_load(read(ROOT / "CITATION.cff"))
    # what Citation File Format 1.2.0 requires, and what it calls the rest
    assert {"cff-version", "message", "title", "authors"} <= cited.keys()
    optional = {"abstract", "date-released", "keywords", "license", "type", "version"}
    assert cited.keys() <= {"cff-version", "message", "title", "authors"} | optional
    assert cited["cff-version"] == "1.2.0" and cited["type"] == "software"
    assert cited["authors"] == [{"name": "micrograde maintainers"}]
    assert cited["version"] == __version__ and cited["license"] == PROJECT["license"]
    assert all(isinstance(word, str) for word in cited["keywords"])
    released = f"## [{cited['version']}] - {cited['date-released'].isoformat()}"
    assert released in read(ROOT / "CHANGELOG.md")


def test_the_changelog_has_the_form_of_keep_a_changelog():
    text = read(ROOT / "CHANGELOG.md")
    versions = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    for version in versions[1:]:
        assert re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", version), version
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


# Constraints for a term --------------------------------------------------------------------


def pins():
    """Package to version, of constraints.txt."""
    lines = [line for line in read(ROOT / "constraints.txt").splitlines() if line[:1] != "#"]
    found = [PIN.fullmatch(line) for line in lines]
    assert all(found), "each line is name==version"
    names = [match[1] for match in found]
    assert names == sorted(set(names))
    return {match[1]: Version(match[2]) for match in found}


def required(*extras):
    """What pyproject asks for: the core and some extras, without ourselves."""
    texts = list(PROJECT["dependencies"])
    for extra in extras:
        texts += PROJECT["optional-dependencies"][extra]
    return [r for r in map(Requirement, texts) if r.name != PROJECT["name"]]


def test_constraints_cover_what_a_term_needs_within_the_ranges_of_pyproject():
    known = pins()
    for requirement in required("course", "draw", "jupyter"):
        name = canonicalize_name(requirement.name)
        assert name in known, f"constraints.txt lacks {name}"
        assert requirement.specifier.contains(known[name]), f"{name}=={known[name]}"


def test_constraints_cover_what_decides_results():
    deciding = "hypothesis numpy jupytext nbformat nbgrader sqlalchemy pyyaml click jinja2 rich"
    assert {*deciding.split(), "packaging", "sortedcontainers", "markupsafe"} <= pins().keys()


def test_another_version_of_hypothesis_is_another_hash(real_course, monkeypatch):
    text = re.sub(r"\s+#?\s*", " ", read(ROOT / "constraints.txt"))
    assert "Hypothesis' version decides the hidden random graphs and is part of the hash" in text
    before = compiled.sources_hash(real_course, "06_engine")
    monkeypatch.setattr(compiled, "version", lambda package: "0.0.1")
    assert compiled.sources_hash(real_course, "06_engine") != before


# Workflows ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_one_that_github_can_read(path):
    flow = yaml.safe_load(read(path))
    flow["on"] = flow.pop(True)  # YAML 1.1 reads `on` so
    assert flow.keys() == {"name", "on", "permissions", "jobs"}
    assert flow["permissions"] == {"contents": "read"}
    assert flow["on"].keys() <= {"push", "pull_request", "schedule", "workflow_dispatch"}
    for job in flow["jobs"].values():
        assert job.keys() <= {"runs-on", "timeout-minutes", "strategy", "steps"}
        assert {"runs-on", "timeout-minutes", "steps"} <= job.keys()
        for step in job["steps"]:
            assert step.keys() <= {"uses", "with", "run", "env", "if"}
            assert ("uses" in step) != ("run" in step)
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])


def test_the_workflow_runs_every_python_that_is_promised_and_the_wheel():
    jobs = yaml.safe_load(read(ROOT / ".github/workflows/ci.yml"))["jobs"]
    promised = ["3.11", "3.12", "3.13", "3.14"]
    assert PROJECT["requires-python"] == f">={promised[0]}"
    for job in ("pythons", "wheel"):
        assert jobs[job]["strategy"]["matrix"] == {"python": promised}
    lines = [step.get("run", "") for step in jobs["wheel"]["steps"]]
    for due in ("install dist/*.whl", "autograder --help", "autograder list"):
        assert any(due in line for line in lines), due
    assert {"run": ".ci/run"} in jobs["whole"]["steps"]
    assert [s["with"] for s in jobs["whole"]["steps"] if "with" in s] == [
        {"python-version": "3.11"}
    ]


def test_what_a_workflow_runs_is_there():
    for path in WORKFLOWS:
        for file in re.findall(r"(?<![\w/])(\.ci/\w+)", read(path)):
            assert (ROOT / file).exists(), file


# What is shipped ---------------------------------------------------------------------------


def test_the_wheel_that_students_get_says_that_it_is_typed(tmp_path):
    name, packed = tool_wheel()
    (tmp_path / name).write_bytes(packed)
    with zipfile.ZipFile(tmp_path / name) as wheel:
        assert "autograder/py.typed" in wheel.namelist()


@pytest.fixture(scope="module")
def source_distribution(tmp_path_factory):
    """The names in the source distribution, built without a network."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(out)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (packed,) = out.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_the_source_distribution_holds_the_documents_and_nothing_of_staff(source_distribution):
    for path in DOCUMENTS:
        if "tests" not in path.parts:
            assert name_of(path) in source_distribution
    beside = {"CITATION.cff", "constraints.txt", "LICENSE", "autograder/py.typed"}
    assert beside <= source_distribution
    assert not [name for name in source_distribution if name.startswith(("reference", "tests"))]
    assert "course.yml" not in source_distribution


def test_pyproject_lists_every_document_for_the_source_distribution():
    include = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["hatch"]["build"]["targets"]
    listed = include["sdist"]["include"]
    for path in DOCUMENTS:
        top = name_of(path).partition("/")[0]
        assert top == "tests" or f"/{top}" in listed, path
    for name in ("CITATION.cff", "constraints.txt", "LICENSE"):
        assert f"/{name}" in listed
