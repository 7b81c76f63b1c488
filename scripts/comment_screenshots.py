"""Draw the comment as a pull request shows it, in light and dark: into docs/images, or another directory to look at.

    python scripts/comment_screenshots.py [DIRECTORY]

Runs in the development environment and needs chromium (the package of the distribution) on the PATH, and pngquant to
make the pictures small. Beside the example shop's comment, DIRECTORY gets every other kind of comment; docs/images gets
the shop's only. The page is GitHub-like: its reader is markdown-it, its style imitates GitHub's.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WIDTH = 880
_SHOP = "comment"
_READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_CHROMIUM = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking")
_STYLE = """
:root { --bg:#fff; --fg:#1f2328; --muted:#59636e; --border:#d1d9e0; --code:#818b981f; --canvas:#f6f8fa; --link:#0969da }
[data-theme=dark] { --bg:#0d1117; --fg:#f0f6fc; --muted:#9198a1; --border:#3d444d; --code:#656c7633; --canvas:#151b23;
  --link:#4493f8 }
body { margin:0; padding:12px; background:var(--bg); color:var(--fg);
  font:14px/1.5 "Segoe UI","Noto Sans","Liberation Sans",Helvetica,Arial,sans-serif,"Noto Color Emoji" }
.comment { border:1px solid var(--border); border-radius:6px }
.head { background:var(--canvas); padding:8px 16px; border-bottom:1px solid var(--border); color:var(--muted);
  border-radius:6px 6px 0 0 }
.head b { color:var(--fg) }
.body { padding:16px; overflow-wrap:break-word }
.body > :first-child { margin-top:0 } .body > :last-child { margin-bottom:0 }
h3 { font-size:1.25em; margin:24px 0 16px; line-height:1.25 } h4 { font-size:1em; margin:24px 0 16px; line-height:1.25 }
p, ul, table, pre, details { margin:0 0 16px } ul { padding-left:2em }
a { color:var(--link); text-decoration:underline; text-underline-offset:.2rem }
code { font:85%/1.45 ui-monospace,"Liberation Mono",monospace; background:var(--code); padding:.2em .4em;
  border-radius:6px; white-space:break-spaces }
pre { background:var(--canvas); padding:16px; border-radius:6px; overflow:auto; font-size:85% }
pre code { background:none; padding:0; white-space:pre; font-size:100% }
table { border-collapse:collapse; display:block; width:max-content; max-width:100%; overflow:auto }
th, td { border:1px solid var(--border); padding:6px 13px; text-align:left }
tr:nth-child(2n) td { background:var(--canvas) }
"""


def main(directory: Path) -> None:
    """Draw into the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        for name, text in _comments(Path(temporary)):
            if directory == IMAGES and name != _SHOP:
                continue
            for theme in ("light", "dark"):
                page = Path(temporary) / f"{name}-{theme}.html"
                page.write_text(_page(_READER.render(text), theme), encoding="utf-8")
                _draw(page, directory / f"{name}-{theme}.png")


def _comments(temporary: Path) -> Iterator[tuple[str, str]]:
    """Each comment with its name: that of the example shop, and those about the tests' results."""
    sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "examples" / "shop")]
    import build
    import lint_results
    import msgspec
    import publications

    from schema_ci.platforms.protocol import Capabilities
    from schema_ci.publish.drawing import comment_text, marker
    from schema_core.config.lint_settings import LintSettings
    from schema_core.operations.migrate_lint import migrate_lint

    def comment(result: lint_results.LintResult, **capabilities: int | bool) -> str:
        publication = publications.publication(result, path_prefix="migrations", key="migrations")
        sizes: dict[str, int | bool] = {"html": True, "longest_comment": 65_536, **capabilities}
        return comment_text(publication, marker(publication), Capabilities(**sizes), publications.file_url)

    shop = build.build(temporary / "shop")
    linted = migrate_lint(
        LintSettings(directory=str(shop / "migrations"), git_base="main", git_dir=str(shop)),
        lambda _: None,
    )
    shown = msgspec.structs.replace(linted, notices=())
    yield _SHOP, comment(shown)
    yield "open", comment(linted).replace("<details>", "<details open>")
    yield "plain", comment(linted, html=False)
    yield "short", comment(linted, longest_comment=3000)
    yield "clean", comment(lint_results.clean())
    yield "broken", comment(lint_results.broken()).replace("<details>", "<details open>")
    yield "mismatch", comment(lint_results.mismatch())
    yield "nothing", comment(msgspec.structs.replace(lint_results.clean(), files=(), server=None))


def _page(body: str, theme: str) -> str:
    return (
        f'<!doctype html><html data-theme="{escape(theme)}"><meta charset="utf-8"><style>{_STYLE}</style>'
        '<div class="comment"><div class="head"><b>github-actions</b> commented</div>'
        f'<div class="body">{body}</div></div>'
        "<script>document.documentElement.dataset.height = document.body.offsetHeight</script></html>"
    )


def _draw(page: Path, picture: Path) -> None:
    """One picture, as high as the page is."""
    chromium = shutil.which("chromium") or sys.exit("Error: there is no chromium on the PATH.")
    size = f"--window-size={WIDTH},"
    dumped = subprocess.run(
        [chromium, *_CHROMIUM, f"{size}800", "--dump-dom", page.as_uri()], check=True, capture_output=True, text=True
    )
    height = int(dumped.stdout.split('data-height="')[1].split('"')[0])
    command = [chromium, *_CHROMIUM, f"{size}{height}", f"--screenshot={picture}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True)
    if pngquant := shutil.which("pngquant"):
        subprocess.run(
            [pngquant, "--force", "--ext", ".png", "--speed", "1", "--strip", "64", str(picture)], check=True
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else IMAGES)
