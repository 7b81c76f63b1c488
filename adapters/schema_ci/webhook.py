"""Tells a webhook how a run ended, in Slack's format of incoming webhooks. A webhook that fails is a warning."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from urllib.parse import urlsplit

import msgspec

from schema_ci.declarations import WebhookMode
from schema_ci.inputs import Inputs
from schema_ci.platforms.protocol import Platform
from schema_core.schema.errors import UserError
from schema_core.text.json_text import json_text
from schema_core.text.slack import slack, slack_link

_TIMEOUT = 10.0
_PAUSES = (1.0, 3.0)
"""Seconds before the second and the third attempt."""
_LONGEST_PAUSE = 10.0
_SHOWN_COMMIT = 10


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when to tell; without an address nothing is told. ``pauses`` are those between attempts."""

    url: str
    on: WebhookMode
    pauses: tuple[float, ...] = _PAUSES

    @contextmanager
    def told_of_errors(self, platform: Platform, title: str) -> Iterator[None]:
        """Tell of a run that could not do its job, and let the error go on."""
        try:
            yield
        except UserError as error:
            self.tell(platform, title, str(error), failed=True)
            raise

    def tell(self, platform: Platform, title: str, headline: str, *, failed: bool) -> None:
        """Tell how the run ended, if that is wanted; never raises for want of an answer."""
        if not self.url or self.on not in ("always", "failure" if failed else "success"):
            return
        problem = self._post(_message(platform, title, headline, failed=failed))
        if problem:
            platform.warning(f"The webhook was not told how the run ended: {problem}.")

    def _post(self, body: bytes) -> str:
        """Send; return what went wrong, empty when nothing did."""
        import httpx

        problem = ""
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
            for pause in (*self.pauses, None):
                wait = pause
                try:
                    answer = client.post(self.url, content=body, headers={"Content-Type": "application/json"})
                except (httpx.HTTPError, httpx.InvalidURL) as error:
                    problem = f"it could not be reached ({type(error).__name__})"
                else:
                    if answer.is_success:
                        return ""
                    problem = f"it answered {answer.status_code}"
                    if answer.status_code != 429 and answer.status_code < 500:
                        return problem
                    wait = _asked_for(answer.headers.get("Retry-After", ""), pause)
                if pause is not None and wait is not None:
                    time.sleep(wait)
        return problem


def webhook_of(inputs: Inputs) -> Webhook:
    """The webhook that the inputs name; raises UserError for an address that is none."""
    url = inputs.text("webhook-url")
    if url:
        try:
            parts = urlsplit(url)
            is_address = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise UserError("The input webhook-url takes an address that begins with https://.")
    return Webhook(url=url, on=cast("WebhookMode", inputs.text("webhook-on")))


def _asked_for(retry_after: str, pause: float | None) -> float | None:
    """The pause that the server asks for, up to a limit."""
    return min(float(retry_after), _LONGEST_PAUSE) if retry_after.isdecimal() and pause is not None else pause


def _message(platform: Platform, title: str, headline: str, *, failed: bool) -> bytes:
    context = platform.context
    icon = "❌" if failed else "✅"
    line = f"{icon} {slack(title)}: {slack(headline)}"
    about = [
        *([slack(context.repository)] if context.repository else []),
        *([slack_link(context.commit[:_SHOWN_COMMIT], context.commit_url)] if context.commit else []),
        *([slack_link("run", context.run_url)] if context.run_url else []),
    ]
    blocks: list[dict[str, object]] = [{"type": "section", "text": {"type": "mrkdwn", "text": line}}]
    if about:
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": " · ".join(about)}]})
    return json_text({"text": line, "blocks": blocks}, indent=None).encode()
