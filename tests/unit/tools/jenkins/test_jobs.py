"""jenkins_get_jobs, jenkins_get_job, jenkins_get_job_parameters."""

import json

import pytest

from sandbox.jenkins import Definition, Jenkins
from tests.conftest import Call
from tests.support.jenkins import USER


@pytest.fixture(autouse=True)
def shop(jenkins: Jenkins) -> None:
    """Build `checkout`, which failed, `deploy`, which never ran, and a branch in folder `shop`."""
    jenkins.root.job("Nightly", disabled=True)
    shop = jenkins.root.folder("shop")
    checkout = shop.job("checkout", kind="pipeline")
    checkout.start(started=jenkins.now - 90_000_000).finish("SUCCESS", 61_000)
    checkout.start(started=jenkins.now - 600_000).finish("FAILURE", 372_000)
    shop.job("deploy", Definition("choice", "where", choices=["test", "live"]))
    shop.multibranch("web").branch("feature/cart")
    jenkins.requests.clear()


async def test_a_folders_jobs_are_listed_in_jenkins_order(ask: Call) -> None:
    assert (await ask("jenkins_get_jobs")).text == (
        "NAME      STATUS     TYPE\nNightly   disabled   freestyle\nshop      -          folder"
    )
    assert (await ask("jenkins_get_jobs", folder="shop")).text == (
        "NAME            STATUS      TYPE\n"
        "shop/checkout   failed      pipeline\n"
        "shop/deploy     not built   freestyle\n"
        "shop/web        -           multibranch pipeline"
    )


async def test_recursive_lists_everything_below_in_one_request(ask: Call, jenkins: Jenkins) -> None:
    assert (await ask("jenkins_get_jobs", recursive=True)).text == (
        "NAME                      STATUS      TYPE\n"
        "Nightly                   disabled    freestyle\n"
        "shop                      -           folder\n"
        "shop/checkout             failed      pipeline\n"
        "shop/deploy               not built   freestyle\n"
        "shop/web                  -           multibranch pipeline\n"
        "shop/web/feature%2Fcart   not built   pipeline"
    )
    assert jenkins.requests.lines == ["GET /jenkins/api/json"]


async def test_folders_deeper_than_one_request_reaches_are_asked_again(
    ask: Call, jenkins: Jenkins
) -> None:
    here, names = jenkins.root, []
    for name in "abcdefgh":
        here, names = here.folder(name), [*names, name]
    here.job("deep")
    text = (await ask("jenkins_get_jobs", recursive=True)).text
    assert text.splitlines()[-7].startswith("a/b/c/d/e/f/g/h/deep ")
    assert len(jenkins.requests) == 3


async def test_pages_say_how_to_go_on(ask: Call) -> None:
    first = await ask("jenkins_get_jobs", folder="shop", limit=2)
    assert first.text.endswith("… more follow. Continue: start=2")
    rest = await ask("jenkins_get_jobs", folder="shop", limit=2, start="2")
    assert rest.text.splitlines()[1:] == ["shop/web   -        multibranch pipeline"]
    deep = await ask("jenkins_get_jobs", recursive=True, limit=3, start=3)
    assert [line.split()[0] for line in deep.text.splitlines()] == [
        "NAME", "shop/deploy", "shop/web", "shop/web/feature%2Fcart",
    ]  # fmt: skip
    assert (
        await ask("jenkins_get_jobs", start=10**12)
    ).text == "No jobs from 1,000,000,000,000 on."
    for wrong in (0, -1, 5001):
        assert (await ask("jenkins_get_jobs", limit=wrong)).error


async def test_a_list_that_does_not_fit_says_how_to_get_the_rest(
    ask: Call, jenkins: Jenkins
) -> None:
    for number in range(1500):
        jenkins.root.job(f"a-job-with-a-name-that-is-so-long-that-many-do-not-fit-{number:04}")
    answer = await ask("jenkins_get_jobs", limit=5000)
    assert not answer.error
    assert len(answer.text.encode()) < 101_000
    assert answer.text.endswith("KiB). Ask for fewer: limit=, start=, folder=.")


async def test_an_empty_folder_is_no_error(ask: Call, jenkins: Jenkins) -> None:
    jenkins.root.folder("empty")
    answer = await ask("jenkins_get_jobs", folder="empty")
    assert (answer.text, answer.error) == ("No jobs.", False)


async def test_a_job_is_no_folder(ask: Call) -> None:
    answer = await ask("jenkins_get_jobs", folder="shop/checkout")
    assert answer.error
    assert answer.text == 'job "shop/checkout" is no folder: it has builds, not jobs.'


async def test_a_job_is_described(ask: Call, jenkins: Jenkins) -> None:
    assert (await ask("jenkins_get_job", jobFullName="shop/checkout")).text == (
        "shop/checkout: pipeline, failed\n"
        "Last build: #2 FAILURE, 2026-11-20 11:50:00Z (10m ago), 6 min 12 s\n"
        "Last success: #1 SUCCESS, 2026-11-19 11:00:00Z (25h ago), 1 min 1 s\n"
        "Last failure: #2 FAILURE, 2026-11-20 11:50:00Z (10m ago), 6 min 12 s\n"
        f"URL: {jenkins.url}/job/shop/job/checkout/"
    )


async def test_a_job_says_what_waits_and_what_it_takes(ask: Call, jenkins: Jenkins) -> None:
    deploy = jenkins.root.find("shop/deploy")
    jenkins.schedule(deploy)
    text = (await ask("jenkins_get_job", jobFullName="shop/deploy")).text
    assert "In the queue: item 1: In the quiet period. Expires in 1 sec" in text
    assert "Parameters: where" in text


async def test_a_branch_is_named_as_jenkins_names_it(ask: Call, jenkins: Jenkins) -> None:
    answer = await ask("jenkins_get_job", jobFullName="/shop/web/feature%2Fcart/")
    assert answer.text.startswith("shop/web/feature%2Fcart: pipeline, not built")
    assert jenkins.requests.lines == ["GET /jenkins/job/shop/job/web/job/feature%252Fcart/api/json"]


async def test_a_folder_says_how_to_list_it(ask: Call) -> None:
    text = (await ask("jenkins_get_job", jobFullName="shop")).text
    assert text.startswith("shop: folder\n")
    assert 'A folder: jenkins_get_jobs(folder="shop")' in text


async def test_with_a_tree_the_answer_is_jenkins_own_json(ask: Call) -> None:
    answer = await ask("jenkins_get_job", jobFullName="shop/checkout", tree="name, color")
    assert json.loads(answer.text) == {
        "_class": "org.jenkinsci.plugins.workflow.job.WorkflowJob",
        "name": "checkout",
        "color": "red",
    }


async def test_a_missing_job_is_named_with_the_nearest(ask: Call, jenkins: Jenkins) -> None:
    where = f"at {jenkins.url}, or these credentials may not see it"
    for tool in ("jenkins_get_job", "jenkins_get_job_parameters", "jenkins_get_job_scm"):
        answer = await ask(tool, jobFullName="shop/checkot")
        assert answer.error
        assert answer.text == (
            f'job "shop/checkot" not found {where}. Did you mean "shop/checkout"?'
        )
    answer = await ask("jenkins_get_job", jobFullName="shpo/web/checkout")
    assert answer.text == f'job "shpo" not found {where}. Did you mean "shop"?'


async def test_a_job_that_may_not_be_seen_is_as_missing(ask: Call, jenkins: Jenkins) -> None:
    jenkins.users[USER].on = {"shop/checkout": frozenset()}
    answer = await ask("jenkins_get_job", jobFullName="shop/checkout")
    assert answer.error
    assert "or these credentials may not see it" in answer.text
    jenkins.users[USER].on = {"shop/checkout": frozenset({"discover"})}
    answer = await ask("jenkins_get_job", jobFullName="shop/checkout")
    assert answer.text == (
        f'Jenkins at {jenkins.url} refuses (403): user "{USER}" (Secret "ci/jenkins") lacks the '
        'permission "Item.Read" on job "shop/checkout".'
    )


async def test_parameters_are_listed_with_types_defaults_and_choices(
    ask: Call, jenkins: Jenkins
) -> None:
    jenkins.root.job(
        "release",
        Definition("choice", "where", choices=["test", "live"], description="Where\nto"),
        Definition("boolean", "dry", False),
        Definition("string", "tag"),
        Definition("password", "signing", "hunter2"),
        Definition("string", "DB_PASSWORD", "hunter3"),
        Definition("credentials", "key", "deploy-key"),
        Definition("file", "patch"),
    )
    answer = await ask("jenkins_get_job_parameters", jobFullName="release")
    assert answer.text.splitlines() == [
        "NAME          TYPE          DEFAULT    CHOICES     DESCRIPTION",
        "where         choice        test       test|live   Where to",
        "dry           boolean       false      -",
        "tag           string        -          -",
        "signing       password      <hidden>   -",
        "DB_PASSWORD   string        <hidden>   -",
        "key           credentials   <hidden>   -",
        "patch         file          -          -",
    ]
    assert "hunter" not in json.dumps(answer.data)


async def test_a_job_without_parameters_says_so(ask: Call) -> None:
    answer = await ask("jenkins_get_job_parameters", jobFullName="shop/checkout", verify=None)
    assert (answer.text, answer.error) == ('job "shop/checkout" takes no parameters.', False)


async def test_who_one_is(ask: Call, jenkins: Jenkins) -> None:
    jenkins.users[USER].full_name = "Ada Admin"
    assert (await ask("jenkins_whoami")).text == (
        f'Signed in as "{USER}" (Ada Admin) at {jenkins.url}, Jenkins 2.555.1.\n'
        "Authorities: authenticated"
    )
