from __future__ import annotations

import base64
import html
import json
import shlex
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schema_core.text import html as html_sink
from schema_core.text import markdown, redact, shell, workflow
from schema_core.text.json_text import json_text
from schema_core.text.redact import MASK, redact_url, remember_secret
from schema_core.text.terminal import terminal, terminal_block

ENCODERS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": quote,
    "percent, everything": lambda value: quote(value, safe=""),
    "percent, lower case": lambda value: "".join(f"%{octet:02x}" for octet in value.encode()),
    "percent, plus": quote_plus,
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64 after one byte": lambda value: base64.b64encode(b":" + value.encode() + b"\n").decode(),
    "base64 after two bytes": lambda value: base64.b64encode(b"u:" + value.encode() + b"@h").decode(),
    "base64 for URLs": lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
    "JSON": lambda value: json.dumps(value)[1:-1],
    "JSON, unicode kept": lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
    "HTML": html.escape,
    "shell": lambda value: shlex.quote(value).strip("'"),
    "SQL": lambda value: value.replace("'", "''"),
}
SINKS: dict[str, Callable[[str], str]] = {
    "terminal": terminal,
    "terminal block": terminal_block,
    "Markdown": markdown.inline,
    "Markdown code": markdown.code,
    "Markdown fence": markdown.fence,
    "Markdown link": lambda text: markdown.link(text, f"https://example.org/{text}"),
    "HTML": html_sink.html,
    "shell": shell.shell,
    "message": workflow.message,
    "property": workflow.property_value,
    "path": workflow.path_value,
    "JSON": lambda text: json_text({"text": [text]}),
}
secrets = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="*"), min_size=5
).filter(lambda value: value.strip() == value and value.lower() not in redact._EVERYDAY_WORDS)
each_example = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=ENCODERS)
@given(secret=secrets)
@each_example
def test_a_secret_is_removed_in_every_spelling(encoder: Callable[[str], str], secret: str) -> None:
    redact._patterns.clear()
    remember_secret(secret)
    spelled = encoder(secret)

    assert spelled not in redact.redact(f"before {spelled} after")


@pytest.mark.parametrize("sink", SINKS.values(), ids=SINKS)
@given(secret=secrets)
@each_example
def test_no_sink_lets_a_secret_through(sink: Callable[[str], str], secret: str) -> None:
    redact._patterns.clear()
    words = "before after https://example.org/ &#8203; text sql ::"
    assume(secret not in sink(words))
    remember_secret(secret)
    output = sink(f"before {secret} after")

    assert not any(encoder(secret) in output for encoder in ENCODERS.values())


def test_ordinary_text_around_a_secret_stays() -> None:
    remember_secret("hunter2")

    assert redact.redact("a hunter2 and hunter3") == "a *** and hunter3"


def test_each_line_of_a_long_secret_is_removed() -> None:
    remember_secret("first line of a key\nsecond line of a key\n")

    assert redact.redact("log: second line of a key") == f"log: {MASK}"


@pytest.mark.parametrize("value", ["", "a", "ab", "postgres", "test"])
def test_what_would_shred_every_report_is_removed_only_where_a_password_stands(value: str) -> None:
    remember_secret(value)
    text = "a table of the test database in postgres, ab"

    assert redact.redact(text) == text
    assert redact.redact(f"connect to postgres://u:{value}@h/db") == (
        f"connect to postgres://u:{MASK}@h/db" if value else "connect to postgres://u:@h/db"
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgres://u:pw@h:5432/db?sslmode=require", "postgres://u:***@h:5432/db?sslmode=require"),
        ("postgres://u:p@ss/w#rd?@h/db", "postgres://u:***@h/db"),
        ("postgres://u@h/db?password=x%40y&sslmode=off", "postgres://u@h/db?password=***&sslmode=off"),
        ("postgres://u@h/db?PASSWORD=xyz", "postgres://u@h/db?PASSWORD=***"),
        ("postgres://u@h/db?pass%77ord=xyz", "postgres://u@h/db?pass%77ord=***"),
        ("postgres://u@h/db?sslpassword=a&passfile=/p", "postgres://u@h/db?sslpassword=***&passfile=***"),
        ("postgres://h:5432/db?user=a@b&password=xyz", "postgres://h:5432/db?user=a@b&password=***"),
        ("postgres:/u:pw@h/db", "postgres:/u:***@h/db"),
        ("u:pw@h", "u:***@h"),
        ("host=h user=u password=pw", "host=h user=u password=***"),
        ("password = 'p w\\'s' host=h", "password = *** host=h"),
        ("embedded://postgres/18", "embedded://postgres/18"),
        ("docker://postgres/18/dev", "docker://postgres/18/dev"),
        ("file://migrations", "file://migrations"),
        ("postgres://[::1]:5432/db", "postgres://[::1]:5432/db"),
        ("postgres://u:@h/db", "postgres://u:@h/db"),
        ("", ""),
        ("@", "@"),
        ("://:@", "://:@"),
    ],
)
def test_the_password_of_a_url_or_connection_string_is_masked(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@given(password=st.text("QZé@/?#:%&' +\\", min_size=1).filter(lambda text: set(text) & set("QZé")))
@each_example
def test_no_password_survives_however_it_was_written_into_the_url(password: str) -> None:
    redact._patterns.clear()
    for written in (password, quote(password, safe="")):
        shown = redact_url(f"postgres://user:{written}@host:5432/db?sslmode=require")
        assert not set(shown) & set("QZé")
        assert "%C3" not in shown


def test_a_masked_password_is_remembered_decoded_and_as_written() -> None:
    redact_url("postgres://u:p%40ssword@h/db")

    assert redact.redact("said p@ssword or p%40ssword") == "said *** or ***"


@given(st.text())
@each_example
def test_any_text_can_be_redacted(text: str) -> None:
    redact.redact(text)
    redact_url(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "could not connect to postgres://u:hunter2@h/db: refused",
            "could not connect to postgres://u:***@h/db: refused",
        ),
        ("dblink('host=h user=u password=hunter2 port=1')", "dblink('host=h user=u password=*** port=1')"),
        ("CREATE ROLE r PASSWORD 'it''s' LOGIN", "CREATE ROLE r PASSWORD '***' LOGIN"),
        ("SELECT 1 WHERE password = md5(x)", "SELECT 1 WHERE password = md5(x)"),
        ("see https://example.org/@team", "see https://example.org/@team"),
    ],
)
def test_passwords_that_nobody_remembered_are_found_by_their_place(text: str, shown: str) -> None:
    assert redact.redact(text) == shown
