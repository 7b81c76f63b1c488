"""What ``migrate/apply`` has to say."""

from __future__ import annotations

from collections.abc import Mapping

from schema_ci.publish.change_publication import REPORT
from schema_ci.publish.publication import Publication
from schema_core.report import migrate_markdown, result_json
from schema_core.report.surroundings import Surroundings
from schema_core.schema.migration_results import MigrateApplyResult


class MigratePublication(Publication, frozen=True, kw_only=True):
    """What became of the files that a database lacked."""

    result: MigrateApplyResult

    @property
    def failed(self) -> bool:
        """Whether a file failed."""
        return self.result.status == "failed"

    @property
    def has_news(self) -> bool:
        """Whether there were files to run."""
        return bool(self.result.pending)

    @property
    def headline(self) -> str:
        """What was done."""
        return migrate_markdown.headline(self.result)

    @property
    def place(self) -> str:
        """The directory."""
        return self.result.directory

    def draw(self, surroundings: Surroundings) -> str:
        """The files and what became of them."""
        return migrate_markdown.render(self.result, surroundings)

    def files(self) -> Mapping[str, str]:
        """The result."""
        return {REPORT: result_json.render(self.result)}
