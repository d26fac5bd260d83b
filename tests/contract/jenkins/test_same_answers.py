"""Our tools and python-jenkins on the same state: the same answers, and the same paths."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from sandbox.jenkins import Jenkins
from sandbox.jenkins.builds import Course
from tests.conftest import Call
from tests.contract.jenkins.conftest import InThread

Theirs = Any
AWKWARD = [
    "My Job",
    "Jöb ☃",
    "C++ & co",
    "it's",
    "a,b(c)",
    "a~b=c",
    "feature%2Ffoo",
    "50%25",
    "--help",
    "api",
    "job",
    "lastBuild",
]


@pytest.mark.parametrize("name", AWKWARD)
async def test_every_awkward_name_is_sent_by_the_same_path(
    name: str, ask: Call, theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    """Theirs quotes `~` otherwise, so paths are compared after decoding them once."""
    filled.root.folder("awkward").job("web")
    full = f"awkward/{name}"
    filled.requests.clear()
    try:
        await in_thread(lambda: theirs.get_job_info(full))
    except Exception as missing:  # noqa: BLE001 - the path is what counts
        assert "does not exist" in str(missing)  # noqa: PT017
    [their_path] = {r.path for r in filled.requests if "crumb" not in r.path}
    filled.requests.clear()
    await ask("jenkins_get_job", jobFullName=full)
    assert unquote(filled.requests[0].path) == unquote(their_path)
    segments = filled.requests[0].path.split("/")
    assert [unquote(each) for each in segments] == [
        "", "jenkins", "job", "awkward", "job", name, "api", "json",
    ]  # fmt: skip


async def test_jobs_are_the_same(
    ask: Call, theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    listed = await in_thread(lambda: theirs.get_all_jobs())
    ours = (await ask("jenkins_get_jobs", recursive=True)).text.splitlines()[1:]
    assert sorted(line.split("   ")[0] for line in ours) == sorted(j["fullname"] for j in listed)
    for job in listed:
        mine = await ask("jenkins_get_job", jobFullName=job["fullname"], tree="url,color,name")
        data = json.loads(mine.text)
        assert (data["url"], data["name"]) == (job["url"], job["name"])
        assert data.get("color") == job.get("color")


async def test_a_build_and_its_log_are_the_same(
    ask: Call, theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    name = {"jobFullName": "shop/checkout"}
    for selector in (1, "lastBuild", "lastFailedBuild"):
        info = await in_thread(lambda s=selector: theirs.get_build_info("shop/checkout", s))
        fields = "number,result,duration,timestamp,building,displayName,url,queueId,fullDisplayName"
        ours = json.loads(
            (await ask("jenkins_get_build", **name, build=selector, tree=fields)).text
        )
        assert {key: info[key] for key in ours if key != "_class"} == {
            key: value for key, value in ours.items() if key != "_class"
        }
    text = await in_thread(lambda: theirs.get_build_console_output("shop/checkout", 1))
    assert (await ask("jenkins_get_build_log", **name)).text == text.replace("\r\n", "\n").rstrip()
    [change] = info["changeSets"][0]["items"]
    ours_said = (await ask("jenkins_get_build_changesets", **name)).text
    assert change["commitId"] in ours_said
    assert change["msg"] in ours_said


async def test_the_newest_builds_are_the_same(
    ask: Call, theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    job = filled.root.find("shop/deploy")
    for _ in range(130):
        job.start(started=filled.now).finish("SUCCESS")
    info = await in_thread(lambda: theirs.get_job_info("shop/deploy", fetch_all_builds=True))
    arguments = {"jobFullName": "shop/deploy", "count": 200, "tree": "number,url"}
    ours = json.loads((await ask("jenkins_get_last_builds", **arguments)).text)
    assert [(b["number"], b["url"]) for b in ours] == [
        (b["number"], b["url"]) for b in info["builds"]
    ]


async def test_a_triggered_build_is_the_same_item_and_a_stopped_one_ends_the_same(
    ask: Call, theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    filled.moves_on_polls = True
    filled.courses = lambda job: Course(["working\n"] * 50)
    values = {"where": "live", "dry": False}
    ours = await ask("jenkins_trigger_build", jobFullName="shop/deploy", parameters=values)
    assert "Build 1 of" in ours.text
    assert "queue item 1" in ours.text
    item = await in_thread(lambda: theirs.get_queue_item(1))
    assert item["executable"]["number"] == 1
    second = await in_thread(lambda: theirs.build_job("shop/deploy", values))
    assert second == 2
    first_post, second_post = [p for p in filled.requests.posts if "build" in p.path]
    assert first_post.path == second_post.path
    sent = {name: texts[0].lower() for name, texts in second_post.query.items()}
    assert {name: texts[0] for name, texts in first_post.form.items()} == sent
    await in_thread(lambda: theirs.stop_build("shop/deploy", 1))
    filled.tick(2)
    said = await ask("jenkins_stop_build", jobFullName="shop/deploy", build="1")
    assert said.text.startswith('build 1 of job "shop/deploy" has ended already: ABORTED')


async def test_parameters_and_identity_are_the_same(
    ask: Call, theirs: Theirs, in_thread: InThread, filled: Jenkins
) -> None:
    info = await in_thread(lambda: theirs.get_job_info("shop/deploy"))
    [defined] = [p["parameterDefinitions"] for p in info["property"] if "parameterDefinitions" in p]
    ours = await ask("jenkins_get_job_parameters", jobFullName="shop/deploy")
    assert [line.split()[0] for line in ours.text.splitlines()[1:]] == [d["name"] for d in defined]
    me = await in_thread(lambda: theirs.get_whoami())
    assert f'Signed in as "{me["id"]}"' in (await ask("jenkins_whoami")).text


async def test_no_request_of_ours_has_a_cookie_without_a_crumb_or_leaves_the_prefix(
    ask: Call, filled: Jenkins
) -> None:
    filled.moves_on_polls = True
    name = {"jobFullName": "shop/checkout"}
    for tool, more in {
        "jenkins_whoami": {},
        "jenkins_get_jobs": {"recursive": True},
        "jenkins_get_build": name,
        "jenkins_get_build_log": name,
        "jenkins_trigger_build": name,
        "jenkins_update_build": {**name, "displayName": "v1"},
        "jenkins_stop_build": name,
    }.items():
        assert not (await ask(tool, **more)).error
    for request in filled.requests:
        assert request.path.startswith("/jenkins/")
        assert request.user == "admin"
        assert "Referer" not in request.headers
        assert ("Cookie" in request.headers) == ("Jenkins-Crumb" in request.headers)
    assert "crumbIssuer" not in "".join(filled.requests.lines)
