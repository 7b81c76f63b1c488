"""What ``migrate/lint`` has to say."""

from __future__ import annotations

from collections.abc import Mapping

from schema_ci.publish.publication import Publication
from schema_core.report import lint_markdown
from schema_core.report.formats import render_lint
from schema_core.report.lint_wording import headline
from schema_core.report.surroundings import Surroundings
from schema_core.schema.results import LintResult

REPORT = "report.json"
_FILES = {
    REPORT: "json",
    "report.sarif": "sarif",
    "junit.xml": "junit",
    "code-quality.json": "code-quality",
}


class LintPublication(Publication, frozen=True, kw_only=True):
    """A lint result; ``path_prefix`` is the migration directory's path below the root of the repository."""

    result: LintResult
    path_prefix: str
    check_run: bool = False

    @property
    def failed(self) -> bool:
        """Whether the change must not be merged."""
        return self.result.verdict == "failed"

    @property
    def has_news(self) -> bool:
        """Whether there are new files, or an error kept them from being looked at."""
        return self.failed or bool(self.result.files)

    @property
    def headline(self) -> str:
        """Verdict and counts."""
        return headline(self.result)

    @property
    def place(self) -> str:
        """The directory."""
        return self.path_prefix

    def draw(self, surroundings: Surroundings) -> str:
        """The files with their findings."""
        return lint_markdown.render(self.result, self.path_prefix, surroundings)

    def files(self) -> Mapping[str, str]:
        """Every format that a program reads."""
        return {
            name: render_lint(self.result, format_name, path_prefix=self.path_prefix)
            for name, format_name in _FILES.items()
        }
