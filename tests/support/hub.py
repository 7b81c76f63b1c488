"""A platform in memory."""

from __future__ import annotations

import publications
from conversation import Conversation

from schema_ci.context import RunContext
from schema_ci.platforms.local import LocalPlatform
from schema_ci.platforms.protocol import Capabilities, EndedRun, Status


class Hub(LocalPlatform):
    """A platform with a conversation, a status and a summary."""

    capabilities = Capabilities(html=True, longest_comment=65_536, longest_summary=1_048_576)

    def __init__(self, conversation: Conversation | None, context: RunContext) -> None:
        super().__init__({})
        self.context = context
        self.conversation = conversation
        self.warnings: list[str] = []
        self.notices: list[str] = []
        self.statuses: list[Status] = []
        self.summaries: list[str] = []
        self.outputs: dict[str, str] = {}
        self.ended: EndedRun | None = None

    def comments(self) -> Conversation | None:
        return self.conversation

    def warning(self, text: str) -> None:
        self.warnings.append(text)

    def notice(self, text: str) -> None:
        self.notices.append(text)

    def set_status(self, status: Status) -> None:
        self.statuses.append(status)

    def summary(self, markdown: str) -> None:
        self.summaries.append(markdown)

    def set_output(self, name: str, value: str) -> None:
        self.outputs[name] = value

    def file_url(self, path: str, line: int | None = None) -> str:
        return publications.file_url(path, line)

    def ended_run(self) -> EndedRun | None:  # type: ignore[override]
        return self.ended
