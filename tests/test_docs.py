"""The documents are true of the code: links, commands, settings, figures, the README's Python."""

from __future__ import annotations

import ast
import importlib
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import SecretStr

from onrecord.eval.cli import commands as evaluation
from onrecord.service.cli import commands
from onrecord.service.settings import Settings

PROJECT = Path(__file__).parents[1]
LINES = {"README.md": 180, "ARCHITECTURE.md": 160}
TEST_VARIABLES = {"ONRECORD_NIGHTLY", "ONRECORD_URL"}  # of the tests, of the examples
OWN_FOLDERS = ("index", "service", "eval", "tests", "seeds", "docs")


def document_paths() -> list[Path]:
    """Every document of the project, the model card and the templates among them."""
    folders = [PROJECT / name for name in (*OWN_FOLDERS, ".github")]
    inside = [path for folder in folders for path in folder.rglob("*.md")]
    return sorted([*PROJECT.glob("*.md"), *inside])


def text_of(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


DOCUMENTS = {str(path.relative_to(PROJECT)): path for path in document_paths()}
CURRENT = [name for name in DOCUMENTS if name != "CHANGELOG.md"]  # it speaks of what went, too
SOURCES = ("Makefile", "Dockerfile", "compose.yaml", ".ci/run")


def code_of(text: str) -> Iterator[str]:
    """The text's code: lines of fenced blocks, without prompts and comments, and inline code."""
    fence = r"^```.*?\n(.*?)^```"
    for block in re.findall(fence, text, re.S | re.M):
        yield from block.replace("\\\n", " ").splitlines()
    yield from re.findall(r"`([^`]+)`", re.sub(fence, "", text, flags=re.S | re.M))


def anchors_of(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_files_that_exist(name: str) -> None:
    path = DOCUMENTS[name]
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), f"{name} links to {target}"
        if anchor:
            assert anchor in anchors_of(linked), f"{name} links to {target}"


@pytest.mark.parametrize("name", CURRENT)
def test_files_that_a_document_names_exist(name: str) -> None:
    pattern = rf"(?<![\w./-])(?:{'|'.join(OWN_FOLDERS)})/[\w./-]*\w"
    for code in code_of(text_of(name)):
        for named in re.findall(pattern, code):
            assert (PROJECT / named).exists(), f"{name} names {named}"


@pytest.mark.parametrize("name", CURRENT)
def test_python_in_a_document_imports_what_exists(name: str) -> None:
    for block in re.findall(r"^```python\n(.*?)^```", text_of(name), re.S | re.M):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("onrecord"):
                module = importlib.import_module(str(node.module))
                assert [a.name for a in node.names if not hasattr(module, a.name)] == []


@pytest.mark.parametrize("name", [*CURRENT, *SOURCES])
def test_settings_that_a_document_names_exist(name: str) -> None:
    known = {f"ONRECORD_{setting.upper()}" for setting in Settings.model_fields} | TEST_VARIABLES
    assert set(re.findall(r"ONRECORD_[A-Z_]*[A-Z]", text_of(name))) <= known


@pytest.mark.parametrize("name", [*CURRENT, *SOURCES])
def test_make_targets_that_a_document_names_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", text_of("Makefile"), re.M))
    lines = code_of(text_of(name)) if name.endswith(".md") else text_of(name).splitlines()
    named = {found for line in lines for found in re.findall(r"^\s*make ([a-z][\w-]*)", line)}
    assert named <= targets


@pytest.fixture(scope="module")
def root() -> Any:
    """The command line with `eval`, which is an entry point."""
    root = typer.main.get_command(commands)
    root.commands["eval"] = typer.main.get_command(evaluation)
    return root


@pytest.mark.parametrize("name", CURRENT)
def test_commands_that_a_document_names_exist(root: Any, name: str) -> None:
    for line in code_of(text_of(name)):
        found = re.search(r"(?:^|[\s/])(onrecord [a-z].*)", line)
        if found and not re.match(r"\s*(?:docker|from|import)\b", line):
            check_command(root, found[1], f"{name}: {line.strip()}")


def check_command(command: Any, line: str, where: str) -> None:
    """Follow a line of a document through the commands; hold its options against the last."""
    words = shlex.split(line.partition(" #")[0].partition("&")[0].partition("|")[0])[1:]
    while hasattr(command, "commands") and words and re.fullmatch(r"[a-z-]+", words[0]):
        word = words.pop(0)
        assert word in command.commands, f"no such command in {where}"
        command = command.commands[word]
    options = {name for parameter in command.params for name in parameter.opts}
    named = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert named <= options, f"no such option in {where}"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_documented_with_its_default_and_meaning(name: str) -> None:
    pattern = rf"^\| `ONRECORD_{name.upper()}` \| (.+?) \| (.+) \|$"
    found = re.search(pattern, text_of("docs/settings.md"), re.M)
    assert found is not None
    assert found[1] == shown(name, Settings.model_fields[name].default)
    assert found[2] == Settings.model_fields[name].description


def shown(name: str, default: object) -> str:
    """A default as docs/settings.md writes it."""
    if name == "cache":
        return "the user's cache folder"
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if default is None or default == () or default == "":
        return "not set"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


@pytest.mark.parametrize("name", LINES)
def test_a_document_is_short_enough_to_be_read_to_the_end(name: str) -> None:
    assert len(text_of(name).splitlines()) <= LINES[name]


def test_the_readmes_python_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = r"^```python\n(.*?)^```\n+^```text\n(.*?)^```"
    (found,) = re.findall(example, text_of("README.md"), re.S | re.M)
    (tmp_path / "seeds").symlink_to(PROJECT / "seeds")
    monkeypatch.chdir(tmp_path)
    exec(compile(found[0], "README.md", "exec"), {})
    assert capsys.readouterr().out == found[1]


def test_the_readmes_figures_are_the_published_ones() -> None:
    rankings = json.loads(text_of("docs/figures.json"))["rankings"]
    (news,) = [
        row["measures"]
        for row in rankings
        if row["dataset"]["name"] == "rtqa-dev-2022" and row["retriever"] == "full"
    ]
    fits = json.loads(text_of("service/calibration.json"))["fits"]
    asked = fits[Settings().reranker]["figures"]["news, whole archive"]
    shares = [
        *(news[f"quotes/answer@{rank}"]["value"] for rank in (1, 3)),
        *(asked[name] for name in ("no_answer_of_unanswerable", "answered_of_answerable")),
    ]
    first, first_three, refused, answered = (round(100 * share) for share in shares)
    readme = " ".join(text_of("README.md").split())
    assert f"the first quote holds the answer to {first} of 100" in readme
    assert f"one of the first three to {first_three};" in readme
    assert f"it refuses {refused} of 100 and still answers {answered} of 100" in readme


@pytest.mark.parametrize(
    "file", sorted((PROJECT / ".github/ISSUE_TEMPLATE").iterdir()), ids=lambda file: file.name
)
def test_an_issue_template_is_one_that_github_reads(file: Path) -> None:
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is not installed")
    kind = "config" if file.stem == "config" else "forms"
    command = [sys.executable, "-m", "check_jsonschema"]
    schema = ["--builtin-schema", f"vendor.github-issue-{kind}"]
    assert subprocess.run([*command, *schema, str(file)], check=False).returncode == 0


def test_the_newest_version_of_the_changelog_is_the_projects() -> None:
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", text_of("CHANGELOG.md"), re.M)
    assert versions[0] == tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    assert versions == sorted(versions, reverse=True)
