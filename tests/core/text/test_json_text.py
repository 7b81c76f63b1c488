from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from schema_core.text.json_text import json_text
from schema_core.text.redact import remember_secret

texts = (
    st.lists(
        st.one_of(st.characters(), st.sampled_from(["</script>", "<!--", "##[", "\x1b", "\u202e", "\ud800", "\n::"]))
    )
    .map("".join)
    .filter(lambda text: "://" not in text)
)


@given(texts)
def test_any_text_is_read_back_and_nothing_in_it_acts(text: str) -> None:
    output = json_text({"a": [text]})

    assert json.loads(output) == {"a": ["".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)]}
    assert not {unicodedata.category(character) for character in output if character != "\n"} & {"Cc", "Cf", "Cs", "Zl"}
    assert "</" not in output
    assert "<!--" not in output
    assert "##" not in output
    output.encode("utf-8")


def test_words_of_ours_stay_and_values_are_redacted() -> None:
    remember_secret("error-prone")
    remember_secret("error")

    shown = json.loads(json_text({"severity": "error", "message": "an error"}, our_words=frozenset({"severity"})))

    assert shown == {"severity": "error", "message": "an ***"}
