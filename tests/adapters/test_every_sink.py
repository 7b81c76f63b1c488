"""Whatever a pull request holds, no sink of any platform gets a command, markup, a link, or a part of a secret from it.

A sink is all that a run says: its log, every request to the platform's API, every file that it leaves.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote
from xml.etree import ElementTree as ET

import publications
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from sinks import PLACES, PREFIX, Said, commands, place, publication_on

from schema_ci.manifest import MIGRATE_LINT
from schema_core.schema.results import LintResult
from schema_core.text import redact
from schema_core.text.redact import remember_secret
from schema_core.text.terminal import INVISIBLE

FILE = "20260101120000_unique_email.sql"
EVIL = "https://evil.example"
PAYLOADS = [
    *("::error::pwned", "\n::set-output name=verdict::passed", "##[error]pwned", "\r\n::stop-commands::x", "##[group]"),
    *(
        "\x1b[31m",
        "\x1b]8;;https://evil.example\x07",
        "\x1b[0Ksection_start:1:a\r",
        "\x00",
        "\u202e",
        "\u200b",
        "\x9b2J",
    ),
    *(
        f"![x]({EVIL})",
        f"[x]({EVIL})",
        f"<{EVIL}>",
        f" {EVIL} ",
        "www.evil.example",
        f"[x]: {EVIL}\n",
        "evil@example.org",
    ),
    *(
        "<img src=x>",
        "</details>",
        "<script>",
        "-->",
        "<!--",
        "|",
        "| a |\n| - |\n",
        "\n\n# Title\n\n",
        "\n---\n",
        "\n- x",
    ),
    *(
        "@everyone",
        "closes #12",
        "!7",
        "~bug",
        "\n/merge\n",
        "```",
        "````",
        "`",
        "\\",
        "*x*",
        "__x__",
        "~~x~~",
        ":tada:",
    ),
    *(
        "$(touch pwned)",
        "`touch pwned`",
        "'; touch pwned; '",
        '"; touch pwned; "',
        "$IFS",
        "%0A::error::x",
        "%25",
        "]]>",
    ),
]
hostile = st.lists(st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=8)), max_size=5).map("".join)
names = hostile.map(lambda text: text.replace("\0", "").replace("/", "")[:60])
everywhere = pytest.mark.parametrize("name", PLACES)
few = settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # every example is a run of a platform: too slow to shrink
)
OUTPUTS = [output.name for output in MIGRATE_LINT.outputs]
OUR_TAGS = frozenset({"details", "summary", "br", "code"})
SHOWN = ("### ", "✅ ", "**", "❌ ", "⚠️ ")
"""How the texts begin that a platform shows as Markdown: comments, notes on lines, summaries."""
READER = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(["table", "strikethrough"])
_OURS = (
    "https://github.com/org/schema-action/",
    "https://bitbucket.org/acme/shop/",
    "http://127.0.0.1:",
    "https://example.org/rules/",
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_REFERENCE = re.compile(r"(?<![\w&])(?:@[A-Za-z]|#\d|![0-9]|~[a-z])|:[a-z]+:|(?i:https?://|(?<!\w)www\.)\w")


@pytest.fixture(autouse=True)
def forgotten_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redact, "_patterns", {})


Say = Callable[[LintResult, str, str], Said]


@pytest.fixture
def say(name: str, tmp_path: Path) -> Iterator[Say]:
    """Publishes a result under a key, and says a text wherever the platform can."""
    root = tmp_path / "shop"
    root.mkdir()
    with place(name, root, FILE) as there:

        def say_it(result: LintResult, key: str, text: str) -> Said:
            for left in root.iterdir():
                shutil.rmtree(left) if left.is_dir() else left.unlink()
            values = dict.fromkeys(OUTPUTS, text.replace("\n", " ").replace("\0", " "))
            return there.say(lambda platform: publication_on(platform, result=result, key=key), values)

        yield say_it


@everywhere
@given(result=publications.results(names, hostile), key=hostile, text=hostile)
@few
def test_a_hostile_change_commands_nothing(name: str, say: Say, result: LintResult, key: str, text: str) -> None:
    said = say(result, key or ".", text)

    log = _COLOUR.sub("", said.log) if name in {"gitlab", "bitbucket"} else said.log
    assert re.search(rf"(?![\n\t])[{INVISIBLE}]", log) is None
    ours = r"\s*::(?:error|warning|notice)(?: (?:file|line|col|endLine|endColumn|title)=[^:]*)?::"
    assert all(name == "github" and re.fullmatch(ours, command) for command in commands(log))
    assert not list(Path().glob("pwned"))
    for path, content in said.files.items():
        hold_file(path, content)
    for body in said.texts():
        assert re.search(rf"(?![\n\t\r])[{INVISIBLE}]", body) is None or "suggestion" in body
        assert not commands(re.sub(r"(?s)```.*?```", "", body))
        if "schema-action:v1" in body or body.startswith(SHOWN):
            hold_markdown(body, html_works=name != "bitbucket")


def hold_markdown(text: str, *, html_works: bool) -> None:
    """No link, image, element, mention or reference but ours."""
    text = re.sub(r"(?m)^(?:<!-- schema-action:\S+ \S+ -->|\[//\]: # \(.*\))$", "", text)
    page = Page(READER.render(text))
    assert page.tags <= OUR_TAGS | Page.MARKDOWN, page.tags
    assert html_works or not {"details", "summary", "br"} & page.tags
    assert all(target.startswith(_OURS) for target in page.targets), page.targets
    found = _REFERENCE.search(page.prose)
    assert found is None, page.prose[max(found.start() - 20, 0) : found.end() + 20]


class Page(HTMLParser):
    """The elements of a page, the targets of its links, and its text outside of code and links."""

    MARKDOWN = frozenset(
        {
            *("h3", "h4", "p", "a", "strong", "em", "ul", "li", "pre", "code"),
            *("table", "thead", "tbody", "tr", "th", "td"),
        }
    )

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.targets: list[str] = []
        self.prose = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.prose += "\n"
        if tag != "br":
            self._open.append(tag)
        self.targets += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if not {"code", "pre", "a"} & set(self._open):
            self.prose += data


def hold_file(path: str, content: str) -> None:
    """The file is what its name says, and nothing in it acts on a reader."""
    assert re.search(rf"(?!\n|\t)[{INVISIBLE}]", content) is None, path
    if path.endswith((".json", ".sarif")):
        json.loads(content)
        assert "</" not in content
        assert "<!--" not in content
    elif path.endswith(".xml"):
        ET.fromstring(content)
    elif path.endswith(".md") or path == "summary":
        hold_markdown(content, html_works=True)
    elif path.endswith(".env"):
        assert all(re.fullmatch(r"SCHEMA_ACTION_OUTPUT_[A-Z_]+=[^\s'\"$`\\]*", line) for line in content.splitlines())
    elif path.endswith(".sh"):
        assert all(
            re.fullmatch(r"(?:export )?\w+=(?:'[^']*'|\\'|\"'\"|\$'(?:[^'\\]|\\.)*'|[\w./:@%+,=-])*", line)
            for line in content.splitlines()
            if line and not line.startswith("#")
        ), content


SECRET = "Qz7#kW9&vR2/xT5'mB8"
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda secret: quote(secret, safe=""),
    "base64": lambda secret: base64.b64encode(f"u:{secret}@h".encode()).decode(),
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "HTML": html.escape,
    "SQL": lambda secret: secret.replace("'", "''"),
}
_PART = 7


def readings(text: str) -> Iterator[str]:
    """The text as a reader may see it: decoded in every way that is written down somewhere in it."""
    yield text
    yield html.unescape(text).replace("\u200b", "")
    yield unquote(text)
    yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text).replace("\\", "")
    yield text.replace("''", "'")
    for encoded in re.findall(r"[A-Za-z0-9+/_\-]{8,}={0,2}", text):
        for start in range(4):
            part = encoded[start:].rstrip("=").translate(str.maketrans("-_", "+/"))
            try:
                yield base64.b64decode(part + "=" * (-len(part) % 4)).decode("latin-1")
            except binascii.Error:
                continue


def leaks(text: str) -> list[str]:
    parts = {SECRET[start : start + _PART] for start in range(len(SECRET) - _PART + 1)}
    return [part for reading in readings(text) for part in parts if part in reading]


@everywhere
@pytest.mark.parametrize("spelling", SPELLINGS)
@given(before=st.integers(0, 130), filler=st.sampled_from(["x", "é", "🚀", " y"]), data=st.data())
@settings(few, max_examples=4)
def test_a_secret_reaches_no_sink(
    name: str, say: Say, spelling: str, before: int, filler: str, data: st.DataObject
) -> None:
    """The secret stands in SQL, names, server errors, labels and outputs, wherever texts are cut."""
    redact._patterns.clear()
    remember_secret(SECRET)
    spelled = SPELLINGS[spelling](SECRET)
    text = f"{filler * before}{spelled} after"
    result = data.draw(publications.results(st.just(text), st.just(text), files=st.just("a")))

    said = say(result, text, text)

    assert leaks(said.everything()) == []
    assert leaks("\n".join(said.files)) == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_leak_would_be_seen(spelling: str) -> None:
    assert leaks(f"before {SPELLINGS[spelling](SECRET)} after")
    assert leaks(f"before {SPELLINGS[spelling](SECRET)[:14]}") or spelling == "base64"
    assert PREFIX not in SECRET
