"""The component's template, and that nothing in our documents uses it in a way that GitLab would refuse."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from schema_ci.declarations import Action
from schema_ci.manifest import ACTIONS, COMMENT, MIGRATE_APPLY, MIGRATE_LINT, SCHEMA_APPLY
from schema_ci.platforms.gitlab import CODE_QUALITY, JUNIT, OUTPUTS
from schema_ci.surfaces.gitlab_component import SERVICE_URL, component, files, template
from schema_core import __version__

ROOT = Path(__file__).parents[3]
PLACEHOLDER = re.compile(r"\$\[\[ inputs\.([a-z-]+) \]\]")
COMPONENT = re.compile(r"/(migrate-lint|schema-plan|schema-apply)@[\w$.~]+$", re.MULTILINE)

OF_COMPONENTS = {component(action): action for action in ACTIONS if action.name != "comment"}
every_action = pytest.mark.parametrize("action", OF_COMPONENTS.values(), ids=OF_COMPONENTS)


def _documents(action: Action = MIGRATE_LINT) -> tuple[dict[str, Any], str]:
    header, body = template(action).split("\n---\n")
    return yaml.safe_load(header)["spec"]["inputs"], body


def _interpolated(action: Action = MIGRATE_LINT, /, **given: Any) -> dict[str, Any]:
    """The jobs, as GitLab reads them: the values are put into the text before it is YAML."""
    inputs, body = _documents(action)
    unknown = set(given) - set(inputs)
    assert not unknown, f"GitLab refuses unknown inputs: {unknown}"

    def value(match: re.Match[str]) -> str:
        found = given.get(match[1], inputs[match[1]]["default"])
        assert _is_accepted(inputs[match[1]], found), (match[1], found)
        return found if isinstance(found, str) else json.dumps(found)

    return dict(yaml.safe_load(PLACEHOLDER.sub(value, body)))


def _is_accepted(spec: dict[str, Any], value: Any) -> bool:
    kind = {"array": list, "boolean": bool}.get(spec.get("type", "string"), str)
    return (
        isinstance(value, kind)
        and ("options" not in spec or value in spec["options"])
        and ("regex" not in spec or re.search(spec["regex"], value) is not None)
    )


@every_action
def test_every_input_is_used_and_every_used_one_is_declared(action: Action) -> None:
    inputs, body = _documents(action)
    assert set(PLACEHOLDER.findall(body)) == set(inputs)


@every_action
def test_every_default_is_accepted_and_described(action: Action) -> None:
    inputs, _ = _documents(action)
    for name, spec in inputs.items():
        assert 10 <= len(spec["description"]) <= 1024, name
        assert _is_accepted(spec, spec["default"]), name


def test_inputs_have_types() -> None:
    inputs, _ = _documents()
    assert inputs["fail-on"]["options"] == ["error", "warning", "notice", "never"]
    assert inputs["severity"]["type"] == "array"
    assert inputs["image"]["default"].endswith(f":{__version__}")


def test_no_token_is_an_input() -> None:
    inputs, body = _documents()
    assert not {"token", "cloud-token"} & set(inputs)
    assert re.search(inputs["token-variable"]["regex"], "GITLAB_TOKEN")
    assert not re.search(inputs["token-variable"]["regex"], "glpat-abc.def")
    assert "SCHEMA_ACTION_TOKEN:" not in body


def test_values_mean_what_they_say_whatever_is_in_them() -> None:
    hostile = 'it\'s "x": y # z [a] {b} !c &d *e $F \\n %'
    jobs = _interpolated(dir=hostile, label=hostile, severity=["DS103=warning", "PG301=off"])
    variables = jobs[".schema-action:schema-lint"]["variables"]
    assert variables["SCHEMA_ACTION_DIR"] == hostile
    assert variables["SCHEMA_ACTION_LABEL"] == hostile
    assert json.loads(variables["SCHEMA_ACTION_SEVERITY"]) == ["DS103=warning", "PG301=off"]
    assert all(isinstance(value, str) for value in variables.values())


def test_the_service_is_declared_where_an_image_is_given() -> None:
    jobs = _interpolated(**{"dev-image": "pgvector/pgvector:pg17", "job-name": "lint"})
    with_service, without = jobs["lint-with-service"], jobs["lint"]
    assert jobs[".schema-action:lint"]["variables"]["SCHEMA_ACTION_DEV_IMAGE"] == "pgvector/pgvector:pg17"
    assert with_service["variables"]["SCHEMA_ACTION_DEV_URL"] == SERVICE_URL
    [service] = with_service["services"]
    assert service["alias"] in SERVICE_URL
    assert "services" not in without
    assert with_service["rules"][0] == {"if": '$SCHEMA_ACTION_DEV_IMAGE == ""', "when": "never"}
    assert without["rules"][0] == {"if": '$SCHEMA_ACTION_DEV_IMAGE != ""', "when": "never"}


def test_only_what_takes_a_development_database_has_a_service_for_it() -> None:
    for action in ACTIONS:
        if action is COMMENT:
            continue
        header, _ = _documents(action)
        assert ("dev-image" in header) == ("dev-url" in header)
    assert [name for name in _interpolated(MIGRATE_APPLY) if not name.startswith(".")] == ["migrate-apply"]


def test_jobs_of_two_components_in_one_pipeline_stay_two() -> None:
    """GitLab merges jobs of one name without a word."""
    actions = [action for action in ACTIONS if action is not COMMENT]
    names = [_documents(action)[0]["job-name"]["default"] for action in actions]
    assert len(set(names)) == len(names)


def test_the_reports_are_where_the_code_writes_them() -> None:
    artifacts = _interpolated()[".schema-action:schema-lint"]["artifacts"]
    assert artifacts["when"] == "always"
    assert artifacts["reports"] == {"codequality": CODE_QUALITY, "junit": JUNIT, "dotenv": OUTPUTS}
    assert all(path.startswith(artifacts["paths"][0]) for path in artifacts["reports"].values())


def test_a_database_is_changed_by_hand_in_an_environment_one_run_at_a_time() -> None:
    jobs = _interpolated(SCHEMA_APPLY, url="$DATABASE_URL", to=["file://schema.sql"])
    base = jobs[".schema-action:schema-apply"]
    assert base["environment"] == {"name": "production"}
    assert base["resource_group"] == "production"
    assert base["artifacts"]["reports"] == {"dotenv": OUTPUTS}
    assert base["variables"]["SCHEMA_ACTION_URL"] == "$DATABASE_URL"
    assert jobs["schema-apply"]["rules"][-1] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}]


@every_action
@pytest.mark.parametrize("given", [{}, {"dev-image": "postgres:17"}, {"rules": [{"when": "manual"}]}], ids=str)
def test_both_documents_follow_the_published_schema(tmp_path: Path, action: Action, given: dict[str, Any]) -> None:
    header, _ = _documents(action)
    given = {name: value for name, value in given.items() if name in header}
    for name, document in (("spec", {"spec": {"inputs": header}}), ("jobs", _flat(_interpolated(action, **given)))):
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
        _check_schema(tmp_path / f"{name}.json")


def test_the_component_projects_own_pipeline_follows_the_schema(tmp_path: Path) -> None:
    pipeline = yaml.safe_load((ROOT / "gitlab-components/.gitlab-ci.yml").read_text())
    (tmp_path / "pipeline.json").write_text(json.dumps(pipeline))
    _check_schema(tmp_path / "pipeline.json")


def _flat(jobs: dict[str, Any]) -> dict[str, Any]:
    """Rules within rules are one list to GitLab; the schema does not know that."""
    for job in jobs.values():
        if "rules" in job:
            job["rules"] = [rule for item in job["rules"] for rule in (item if isinstance(item, list) else [item])]
    return jobs


def _check_schema(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _uses() -> list[tuple[str, Action, dict[str, Any]]]:
    """Every use of the component in our documents and pipelines, with its place."""
    found = []
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "gitlab-components/README.md"]
    texts = [(str(page.relative_to(ROOT)), block) for page in pages for block in _yaml_blocks(page.read_text())]
    texts.append(("gitlab-components/.gitlab-ci.yml", (ROOT / "gitlab-components/.gitlab-ci.yml").read_text()))
    for place, text in texts:
        if COMPONENT.search(text) is not None:
            for document in yaml.safe_load_all(text):
                pairs = [(COMPONENT.search(item.get("component", "")), item) for item in document.get("include", ())]
                includes = [(OF_COMPONENTS[match[1]], item) for match, item in pairs if match is not None]
                assert includes, place
                found += [(place, action, item.get("inputs", {})) for action, item in includes]
    return found


def _yaml_blocks(page: str) -> list[str]:
    return re.findall(r"(?ms)^```yaml\n(.*?)^```$", page)


def test_our_documents_use_no_input_and_no_value_that_gitlab_refuses() -> None:
    uses = _uses()
    assert len(uses) >= 12
    for place, action, given in uses:
        inputs, _ = _documents(action)
        for name, value in given.items():
            assert name in inputs, f"{place}: there is no input {name}"
            assert _is_accepted(inputs[name], value), f"{place}: {name} is not {value!r}"
        _interpolated(action, **given)


def test_the_files_are_up_to_date() -> None:
    for path, text in files().items():
        assert (ROOT / path).read_text() == text, path
