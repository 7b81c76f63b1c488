"""What the actions have to say that plan a change of a database, or make one."""

from __future__ import annotations

from collections.abc import Mapping

from schema_ci.publish.publication import Publication
from schema_core.report import plan_markdown, result_json
from schema_core.report.plan_wording import apply_headline, plan_headline
from schema_core.report.surroundings import Surroundings
from schema_core.schema.results import ApplyResult, PlanResult

PLAN_FILE = "plan.json"
"""What ``schema/plan`` leaves for ``schema/apply``."""
REPORT = "report.json"


class PlanPublication(Publication, frozen=True, kw_only=True):
    """A plan; ``too_grave`` says that its findings are."""

    result: PlanResult
    too_grave: bool

    @property
    def failed(self) -> bool:
        """Whether the findings are too grave."""
        return self.too_grave

    @property
    def has_news(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.result.statements)

    @property
    def headline(self) -> str:
        """How much there is to do, and what was found in it."""
        return plan_headline(self.result, failed=self.failed)

    @property
    def place(self) -> str:
        """Nothing: the report names the database, the key the desired state."""
        return ""

    def draw(self, surroundings: Surroundings) -> str:
        """The SQL, its proof and its findings."""
        return plan_markdown.render_plan(self.result, surroundings, failed=self.failed)

    def files(self) -> Mapping[str, str]:
        """The plan file."""
        return {PLAN_FILE: result_json.render(self.result)}


class ApplyPublication(Publication, frozen=True, kw_only=True):
    """What became of a plan; ``objection`` says why nothing was done with it."""

    result: ApplyResult
    objection: str = ""

    @property
    def failed(self) -> bool:
        """Whether the database is not as it should be."""
        return self.result.status in {"failed", "declined"}

    @property
    def has_news(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.result.statements)

    @property
    def headline(self) -> str:
        """What was done."""
        return apply_headline(self.result)

    @property
    def place(self) -> str:
        """Nothing: the report names the database, the key the desired state."""
        return ""

    def draw(self, surroundings: Surroundings) -> str:
        """The SQL, what became of it, and its findings."""
        return plan_markdown.render_apply(self.result, surroundings, objection=self.objection)

    def files(self) -> Mapping[str, str]:
        """The result."""
        return {REPORT: result_json.render(self.result)}
