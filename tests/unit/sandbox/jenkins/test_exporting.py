"""`tree` and `depth` prune as stapler does."""

import ast
from datetime import datetime

import pytest

from sandbox.jenkins import Definition, Jenkins, Scm
from sandbox.jenkins.exporting.tree import Tree, TreeError, parse_tree
from tests.unit.sandbox.jenkins.conftest import Browser


def ranges(tree: Tree) -> dict[str, tuple[int, int]]:
    return {name: (child.start, child.end) for name, child in tree.children.items()}


def test_a_tree_names_properties_and_ranges() -> None:
    last = 2**31 - 1
    tree = parse_tree("jobs[name,builds[*]{2}]{,3},views{1,},a{0,1},b")
    assert ranges(tree) == {"jobs": (0, 3), "views": (1, last), "a": (0, 1), "b": (0, last)}
    jobs = tree.children["jobs"]
    assert ranges(jobs) == {"name": (0, last), "builds": (2, 3)}
    assert jobs.children["builds"].child("number") is not None
    assert jobs.child("url") is None


@pytest.mark.parametrize(
    "text", ["", "a,", "a[", "a[]", "a]", "[a]", "a{}", "a{x}", "a{1,2", "a{-1}", "a[b]c", "a{1}b"]
)
def test_a_malformed_tree_is_an_error(text: str) -> None:
    with pytest.raises(TreeError):
        parse_tree(text)


@pytest.mark.parametrize("query", ["tree=jobs[", "depth=x", "tree="])
async def test_what_cannot_be_parsed_is_the_oops_page(browser: Browser, query: str) -> None:
    answer = await browser.get(f"/api/json?{query}")
    assert answer.status == 500
    assert "Oops!" in answer.text
    assert "Logging ID=" in answer.text


async def test_answers_carry_jenkins_own_headers(browser: Browser) -> None:
    headers = (await browser.get("/api/json")).headers
    assert headers["X-Jenkins"] == "2.555.1"
    assert headers["X-Frame-Options"] == "deny"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/json;charset=utf-8"


async def test_depth_decides_what_of_nested_objects_is_written(
    browser: Browser, jenkins: Jenkins
) -> None:
    job = jenkins.root.job("web", Definition("string", "tag", "v1"))
    job.start(started=1).finish("SUCCESS")
    shallow = (await browser.get("/job/web/api/json")).json
    assert list(shallow["builds"][0]) == ["_class", "number", "url"]
    assert "allBuilds" not in shallow
    deep = (await browser.get("/job/web/api/json?depth=1")).json
    assert deep["builds"][0]["result"] == "SUCCESS"
    assert "allBuilds" not in deep
    assert shallow["property"] == [
        {
            "_class": "hudson.model.ParametersDefinitionProperty",
            "parameterDefinitions": [
                {
                    "_class": "hudson.model.StringParameterDefinition",
                    "defaultParameterValue": {
                        "_class": "hudson.model.StringParameterValue",
                        "name": "tag",
                        "value": "v1",
                    },
                    "description": None,
                    "name": "tag",
                    "type": "StringParameterDefinition",
                }
            ],
        }
    ]


async def test_a_password_parameter_exports_no_value(browser: Browser, jenkins: Jenkins) -> None:
    job = jenkins.root.job("deploy", Definition("password", "key", "s3cr3t-default"))
    queued = await browser.post("/job/deploy/buildWithParameters", form={"key": "s3cr3t-given"})
    assert queued.status == 201
    jenkins.tick(2)
    assert job.builds[1].values is not None
    assert job.builds[1].values[0].value == "s3cr3t-given"
    for path in ("/job/deploy", "/job/deploy/1", "/queue/item/1"):
        assert "s3cr3t" not in (await browser.get(f"{path}/api/json?depth=3")).text
    assert (await browser.get("/queue/item/1/api/json")).json["params"] == "\nkey=****"


async def test_of_more_than_a_hundred_builds_only_all_builds_tells(
    browser: Browser, jenkins: Jenkins
) -> None:
    job = jenkins.root.job("web")
    for _ in range(120):
        job.start().finish("SUCCESS")
    data = (
        await browser.get("/job/web/api/json?tree=builds[number],allBuilds[number]{99,102}")
    ).json
    assert len(data["builds"]) == 100
    assert [build["number"] for build in data["allBuilds"]] == [21, 20, 19]


async def test_jobs_are_ordered_without_regard_to_case_and_can_be_paged(
    browser: Browser, jenkins: Jenkins
) -> None:
    for name in ("b", "A", "c", "B"):
        jenkins.root.job(name)
    data = (await browser.get("/api/json?tree=jobs[name]{1,3}")).json
    assert [job["name"] for job in data["jobs"]] == ["B", "b"]


async def test_the_deepest_level_of_a_recursive_tree_has_no_properties(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root.folder("shop").job("web")
    data = (await browser.get("/api/json?tree=jobs[name,jobs]")).json
    assert data["jobs"][0]["jobs"] == [{"_class": "hudson.model.FreeStyleProject"}]


async def test_only_freestyle_jobs_export_their_repository(
    browser: Browser, jenkins: Jenkins
) -> None:
    where = Scm("https://git.example.com/web", credentials="git")
    jenkins.root.job("web", scm=where)
    jenkins.root.job("pipe", kind="pipeline", scm=where)
    assert "scm" not in (await browser.get("/job/pipe/api/json")).json
    assert (await browser.get("/job/web/api/json")).json["scm"]["_class"].endswith("GitSCM")
    tree = "scm[branches[name],userRemoteConfigs[url,credentialsId]]"
    assert (await browser.get(f"/job/web/api/json?tree={tree}")).json["scm"] == {
        "_class": "hudson.plugins.git.GitSCM",
        "branches": [{"name": "*/main"}],
        "userRemoteConfigs": [{"url": "https://git.example.com/web", "credentialsId": "git"}],
    }


async def test_the_python_form_says_the_same_as_a_literal(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root.job("zażółć").start().finish("SUCCESS")
    data = (await browser.get("/api/json?depth=2")).json
    assert ast.literal_eval((await browser.get("/api/python?depth=2")).text) == data


async def test_addresses_in_answers_follow_the_configured_root(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root_url = "https://ci.example.com/"
    jenkins.root.job("My Job")
    data = (await browser.get("/api/json?tree=jobs[url]")).json
    assert data["jobs"][0]["url"] == "https://ci.example.com/job/My%20Job/"


@pytest.mark.parametrize("segment", ["feature%252Fcart", "feature%2Fcart"])
async def test_a_branch_is_found_encoded_once_or_twice(
    browser: Browser, jenkins: Jenkins, segment: str
) -> None:
    jenkins.root.multibranch("web").branch("feature/cart")
    data = (await browser.get(f"/job/web/job/{segment}/api/json?tree=name,displayName,url")).json
    assert data["name"] == "feature%2Fcart"
    assert data["displayName"] == "feature/cart"
    assert data["url"] == f"{jenkins.url}/job/web/job/feature%252Fcart/"


@pytest.mark.parametrize(
    ("results", "color"),
    [
        ([], "notbuilt"),
        (["SUCCESS"], "blue"),
        (["SUCCESS", "FAILURE"], "red"),
        (["UNSTABLE"], "yellow"),
        (["ABORTED"], "aborted"),
        (["FAILURE", None], "red_anime"),
        ([None], "notbuilt_anime"),
    ],
)
async def test_the_colour_is_that_of_the_last_completed_build(
    browser: Browser, jenkins: Jenkins, results: list[str | None], color: str
) -> None:
    job = jenkins.root.job("web")
    for result in results:
        build = job.start()
        if result:
            build.finish(result)
    assert (await browser.get("/job/web/api/json?tree=color")).json["color"] == color


async def test_the_moment_of_a_build_is_the_clocks(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    await browser.post("/job/web/build")
    jenkins.tick(2)
    started = (await browser.get("/job/web/lastBuild/api/json?tree=timestamp")).json["timestamp"]
    assert datetime.fromtimestamp(started / 1000, jenkins.clock().tzinfo) == jenkins.clock()
