"""The comment about a lint run, within the length that the platform takes."""

from __future__ import annotations

from schema_ci.platforms.protocol import Capabilities
from schema_ci.publish.marker import Marker
from schema_ci.publish.publication import Publication
from schema_core.report.formats import render_lint
from schema_core.text import markdown
from schema_core.text.truncate import shorten


def comment_text(publication: Publication, capabilities: Capabilities) -> str:
    """The comment, its marker at the end."""
    mark = marker(publication).text(html=capabilities.html)
    text = lint_markdown(publication)
    room = capabilities.longest_comment - len(mark) - 2
    return f"{shorten(text, room)}\n\n{mark}"


def lint_markdown(publication: Publication) -> str:
    """The report with its commit and run."""
    report = render_lint(publication.result, "markdown", path_prefix=publication.path_prefix)
    context = publication.context
    run = markdown.link("run", context.run_url) if context.run_url else ""
    about = ", ".join(filter(None, [f"commit {markdown.code(context.commit[:12])}" if context.commit else "", run]))
    return f"{report}\n{about}\n" if about else report


def marker(publication: Publication) -> Marker:
    """The marker of the publication's comment."""
    return Marker(
        action=publication.action,
        key=publication.key,
        commit=publication.context.commit,
        run=publication.context.run,
    )
