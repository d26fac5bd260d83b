"""What people write into a Jenkins, and what builds were given, without what is secret of it."""

import json

import pytest

from sandbox.jenkins import Build, Definition, Jenkins
from sandbox.jenkins.parameters import Value
from sandbox.jenkins.reports import Change, Revision
from tests.conftest import Call

CANARY = "hunter2hunterXq9"
SAID = f"to sign in use password={CANARY} here"
MASKED = "to sign in use password=<redacted> here"
DEFINED = "property[parameterDefinitions"


@pytest.fixture
def build(jenkins: Jenkins) -> Build:
    """A build into which somebody wrote a password wherever Jenkins takes a text."""
    job = jenkins.root.job(
        "web",
        Definition("string", "DB_PASSWORD", default=CANARY, description=SAID),
        Definition("choice", "API_TOKEN", choices=[CANARY, "other"]),
        Definition("string", "tag", default="1.2"),
        description=SAID,
    )
    values = [Value("string", "DB_PASSWORD", CANARY), Value("string", "tag", "1.2")]
    build = job.start(started=jenkins.now, cause=SAID, values=values, description=SAID)
    build.changes = [Change("a1b2c3d4e5f6", SAID)]
    build.revisions = [Revision("a" * 40, "main", f"https://{CANARY}@git.example.com/web.git")]
    build.finish("FAILURE")
    return build


@pytest.mark.parametrize(
    ("tool", "more", "shown"),
    [
        ("jenkins_get_build", {}, f"Name: {MASKED}"),
        ("jenkins_get_build", {}, f"Cause: {MASKED}"),
        ("jenkins_get_build", {"tree": "description"}, MASKED),
        ("jenkins_get_build", {"tree": "actions[causes[shortDescription]]"}, MASKED),
        ("jenkins_get_build", {"tree": "changeSet[items[comment,msg]]"}, MASKED),
        ("jenkins_get_last_builds", {}, MASKED),
        ("jenkins_get_last_builds", {"tree": "description"}, MASKED),
        ("jenkins_get_job", {}, f"Description: {MASKED}"),
        ("jenkins_get_job", {"tree": "description,builds[description]"}, MASKED),
        ("jenkins_get_job_parameters", {}, MASKED),
        ("jenkins_get_build_changesets", {}, MASKED),
        ("jenkins_find_failure", {}, MASKED),
        ("jenkins_update_build", {"displayName": "v1", "dry_run": True}, "displayName"),
        ("jenkins_update_build", {"description": "x", "dry_run": True}, f'"{MASKED}" → "x"'),
        ("jenkins_update_build", {"description": "x"}, f'"{MASKED}" → "x"'),
    ],
)
async def test_no_text_of_jenkins_shows_what_it_calls_a_secret(
    tool: str, more: dict[str, object], shown: str, ask: Call, build: Build
) -> None:
    answer = await ask(tool, jobFullName="web", **more)
    assert shown in answer.text
    assert CANARY not in json.dumps(answer.data)


async def test_a_preview_of_a_stop_masks_what_started_the_build(
    ask: Call, jenkins: Jenkins, build: Build
) -> None:
    build.building = True
    answer = await ask("jenkins_stop_build", jobFullName="web", dry_run=True)
    assert f"({MASKED})" in answer.text


@pytest.mark.parametrize(
    "tree",
    [
        "actions[parameters[value]]",
        "actions[parameters[*]]",
        "actions[parameters[value{0,1}]]",
        "actions[parameters[_class,value]]",
        "actions[parameters[name],parameters[value]]",
        "actions[*[value]]",
        "actions[*[*]]",
        "*[*[*[*]]]",
        "actions[remoteUrls]",
    ],
)
async def test_no_tree_of_a_build_shows_more_than_there_is_without_one(
    tree: str, ask: Call, build: Build
) -> None:
    for tool in ("jenkins_get_build", "jenkins_get_last_builds"):
        answer = await ask(tool, jobFullName="web", tree=tree)
        assert not answer.error
        assert "redacted" in answer.text
        assert CANARY not in json.dumps(answer.data)


@pytest.mark.parametrize(
    "tree",
    [
        f"{DEFINED}[defaultParameterValue[value]]]",
        f"{DEFINED}[type,defaultParameterValue[*]]]",
        f"{DEFINED}[choices]]",
        f"{DEFINED}[choices,description]]",
        f"{DEFINED}[*]]",
        "*[*[*[*]]]",
        "builds[actions[parameters[value]]]",
        "lastBuild[actions[lastBuiltRevision[*],remoteUrls]]",
    ],
)
async def test_no_tree_of_a_job_shows_more_than_there_is_without_one(
    tree: str, ask: Call, build: Build
) -> None:
    answer = await ask("jenkins_get_job", jobFullName="web", tree=tree)
    assert not answer.error
    assert "redacted" in answer.text
    assert CANARY not in json.dumps(answer.data)


async def test_a_value_that_is_asked_for_comes_with_its_name(ask: Call, build: Build) -> None:
    """So that what is no secret can be told from what is one."""
    tree = "actions[parameters[value]]"
    found = json.loads((await ask("jenkins_get_build", jobFullName="web", tree=tree)).text)
    secret, tag = found["actions"][0]["parameters"]
    assert secret["name"] == "DB_PASSWORD"
    assert secret["value"].startswith("<redacted 16 bytes, fingerprint ")
    assert (tag["name"], tag["value"]) == ("tag", "1.2")


@pytest.mark.parametrize(
    "parameter",
    [
        {"value": CANARY},
        {"name": None, "value": [CANARY, {"id": CANARY}]},
        {"name": "PIN_TOKEN", "value": 4711471147114711},
        {"name": "x", "_class": "hudson.model.PasswordParameterValue", "value": CANARY},
        {"name": "x", "_class": "org.NonStoredPasswordParameterDefinition", "defaultValue": CANARY},
        {"choices": [CANARY]},
        {"DB_PASSWORD_OLD": CANARY},
        {"params": f"\nA=1\nDB_PASSWORD={CANARY} and\n{CANARY}\nB=2"},
        {"note": [f"password={CANARY}"]},
    ],
)
async def test_a_jenkins_that_leaves_names_out_shows_no_more(
    parameter: dict[str, object], ask: Call, jenkins: Jenkins, build: Build
) -> None:
    body = {"number": 1, "actions": [{"parameters": [parameter]}]}
    jenkins.faults.body(json.dumps(body).encode(), path="/1/api/json", times=None)
    answer = await ask("jenkins_get_build", jobFullName="web", build="1", tree="actions")
    assert "redacted" in answer.text
    assert CANARY not in json.dumps(answer.data)
    assert "4711" not in answer.text


async def test_a_job_is_called_what_it_is_called(ask: Call, jenkins: Jenkins) -> None:
    jenkins.root.folder("token=prod").job("password=x")
    answer = await ask("jenkins_get_jobs", recursive=True)
    assert "token=prod/password=x" in answer.text


async def test_choices_of_a_secret_are_not_listed_in_a_refusal(
    ask: Call, jenkins: Jenkins, build: Build
) -> None:
    answer = await ask("jenkins_trigger_build", jobFullName="web", parameters={"API_TOKEN": "no"})
    assert '"API_TOKEN" is not one of its choices, which are hidden' in answer.text
    assert CANARY not in answer.text


async def test_what_a_description_hides_is_not_written_over_with_its_mask(
    ask: Call, jenkins: Jenkins, build: Build
) -> None:
    for name in ("description", "displayName"):
        answer = await ask("jenkins_update_build", jobFullName="web", **{name: MASKED})
        assert answer.error
        assert answer.text == (
            f'Argument "{name}" has a masked value of an earlier answer in it; what it stands for '
            "would be lost. Nothing was changed."
        )
    assert build.description == SAID
    assert jenkins.requests.posts == []
