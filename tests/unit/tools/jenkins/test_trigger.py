"""jenkins_trigger_build and jenkins_cancel_queue_item: checked first, sent once, then followed."""

import json

import pytest

from sandbox.jenkins import Definition, Jenkins
from sandbox.jenkins.builds import Course
from tests.conftest import Call, Said
from tests.support.jenkins import TOKEN, USER

WHERE = Definition("choice", "where", choices=["test", "live"])
DRY = Definition("boolean", "dry", False)
TAG = Definition("string", "tag", "latest")
SIGNING = Definition("password", "signing", "hunter2")


@pytest.fixture
def deploy(jenkins: Jenkins) -> None:
    """Make the job `deploy`, which takes parameters, on a controller that goes on by itself."""
    jenkins.root.job("deploy", WHERE, DRY, TAG, SIGNING)
    jenkins.moves_on_polls = True
    jenkins.courses = lambda job: Course(["working\n"] * 100)
    jenkins.requests.clear()


@pytest.fixture
def trigger(ask: Call) -> Call:
    async def trigger(job: str = "deploy", **arguments: object) -> Said:
        return await ask("jenkins_trigger_build", jobFullName=job, **arguments)

    return trigger


def forms(jenkins: Jenkins) -> list[tuple[str, dict[str, list[str]]]]:
    return [(f"{post.path}", post.form) for post in jenkins.requests.posts]


@pytest.mark.usefixtures("deploy")
async def test_a_build_is_started_and_followed_to_its_number(
    trigger: Call, jenkins: Jenkins
) -> None:
    given = {"where": "live", "dry": True, "signing": "hunter3", "tag": 7}
    answer = await trigger(parameters=given)
    assert not answer.error
    assert answer.text == (
        f'Build 1 of job "deploy" started (queue item 1): {jenkins.url}/job/deploy/1/. '
        "Parameters: where=live, dry=true, signing=<hidden>, tag=7."
    )
    form = {"where": ["live"], "dry": ["true"], "signing": ["hunter3"], "tag": ["7"]}
    assert forms(jenkins) == [("/jenkins/job/deploy/buildWithParameters", form)]
    assert "hunter3" not in "".join(request.target for request in jenkins.requests)


@pytest.mark.usefixtures("deploy")
@pytest.mark.parametrize("given", [None, {}, "{}", {"tag": None}])
async def test_without_values_the_job_has_its_defaults(
    given: object, trigger: Call, jenkins: Jenkins
) -> None:
    """A parameterised job refuses the plain endpoint, so the other one is asked."""
    assert (await trigger(parameters=given)).text.startswith('Build 1 of job "deploy" started')
    assert forms(jenkins) == [("/jenkins/job/deploy/buildWithParameters", {})]


async def test_a_job_without_parameters_is_built_plainly(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.moves_on_polls = True
    assert (await trigger("web")).text == (
        f'Build 1 of job "web" started (queue item 1): {jenkins.url}/job/web/1/.'
    )
    assert forms(jenkins) == [("/jenkins/job/web/build", {})]


@pytest.mark.usefixtures("deploy")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"were": "live"}, 'there is no "were". Did you mean "where"?'),
        ({"where": "mars"}, '"where" is "mars", not one of: test, live'),
        ({"dry": "yes"}, '"dry" is "yes", not true or false'),
        ({"dry": 1}, '"dry" is "1", not true or false'),
        ({"tag": ["a"]}, '"tag" is text, not a list or an object'),
        ({"tag": {"a": 1}}, '"tag" is text, not a list or an object'),
        ({"tag": "\ud800"}, '"tag" is not text that can be sent'),
        ({"signing": "<redacted 7 bytes, fingerprint 3fa9c1>"}, '"signing" is a masked value'),
        ({"delay": "0sec"}, 'there is no "delay"'),
    ],
)
async def test_values_the_job_does_not_take_are_refused_before_anything_is_sent(
    given: object, said: str, trigger: Call, jenkins: Jenkins
) -> None:
    answer = await trigger(parameters=given)
    assert answer.error
    assert said in answer.text
    assert answer.text.endswith("The job takes: where, dry, tag, signing. Nothing was started.")
    assert jenkins.requests.posts == []


@pytest.mark.usefixtures("deploy")
async def test_everything_that_is_wrong_is_said_at_once(trigger: Call, jenkins: Jenkins) -> None:
    answer = await trigger(parameters={"where": "mars", "x": 1})
    assert answer.text == (
        'Parameters not accepted: "where" is "mars", not one of: test, live; there is no "x". The '
        "job takes: where, dry, tag, signing. Nothing was started."
    )
    huge = await trigger(parameters={"tag": "x" * 2_000_000})
    assert huge.text == "The parameters are larger than 1 MiB. Nothing was started."
    jenkins.root.job("web")
    plain = await trigger("web", parameters={"x": 1})
    assert plain.text.endswith('there is no "x". The job takes: none. Nothing was started.')
    assert jenkins.requests.posts == []


async def test_a_file_cannot_be_given(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("deploy", Definition("file", "patch"))
    answer = await trigger(parameters={"patch": "x"})
    assert '"patch" is a file, which cannot be sent from here' in answer.text


async def test_a_parameter_named_like_a_field_of_jenkins_goes_as_json(
    trigger: Call, jenkins: Jenkins
) -> None:
    jenkins.root.job("deploy", Definition("string", "token", "a"), DRY, SIGNING)
    jenkins.moves_on_polls = True
    answer = await trigger(parameters={"token": "b"})
    assert answer.text.endswith("Parameters: token=<hidden>.")
    [(path, form)] = forms(jenkins)
    assert path == "/jenkins/job/deploy/build"
    assert json.loads(form["json"][0]) == {
        "parameter": [
            {"name": "token", "value": "b"},
            {"name": "dry", "value": False},
            {"name": "signing", "value": "<DEFAULT>"},
        ]
    }


# The queue.


async def test_a_build_that_stays_queued_is_no_error(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    answer = await trigger("web")
    assert not answer.error
    assert answer.text == (
        'job "web" is queued as item 1: In the quiet period. Expires in 1 sec. '
        "jenkins_get_queue shows what it waits for."
    )
    assert len(jenkins.requests.posts) == 1


async def test_why_it_waits_is_jenkins_own_reason(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web", label="gpu")
    jenkins.moves_on_polls = True
    answer = await trigger("web")
    assert "is queued as item 1: There are no nodes with the label" in answer.text


@pytest.mark.usefixtures("deploy")
async def test_an_equal_build_in_the_queue_is_said(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.moves_on_polls = False
    await trigger(parameters={"where": "live"})
    jenkins.moves_on_polls = True
    answer = await trigger(parameters={"where": "live"})
    assert answer.text.startswith(
        'An equal build was in the queue already; nothing was added. Build 1 of job "deploy" '
    )
    assert len(jenkins.queue.items) == 1


async def test_so_it_is_where_jenkins_does_not_tell_them_apart(
    trigger: Call, jenkins: Jenkins
) -> None:
    """Without parameters its answer to the second is that to the first."""
    jenkins.root.job("web")
    assert "already" not in (await trigger("web")).text
    assert (await trigger("web")).text.startswith(
        "An equal build was in the queue already; nothing was added. "
        'job "web" is queued as item 1: In the quiet period.'
    )
    assert len(jenkins.queue.items) == 1


async def test_a_queue_that_cannot_be_read_is_no_error(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.faults.status(500, path="/queue/item", times=None)
    answer = await trigger("web")
    assert not answer.error
    assert 'job "web" is queued as item 1: its state cannot be read' in answer.text


async def test_an_item_that_has_left_is_found_by_its_builds(
    trigger: Call, jenkins: Jenkins
) -> None:
    web = jenkins.root.job("web")
    web.start(queue_id=1)
    jenkins.faults.status(404, path="/queue/item", times=None)
    assert (await trigger("web")).text.startswith('Build 1 of job "web" started (queue item 1)')


# What Jenkins refuses.


async def test_what_is_no_job_is_not_built(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.folder("shop")
    jenkins.root.job("off", disabled=True)
    assert (await trigger("shop")).text == (
        'job "shop" is a folder: it holds jobs, not builds. jenkins_get_jobs(folder="shop") lists '
        "them. Nothing was started."
    )
    assert (await trigger("off")).text == (
        'job "off" is disabled, so it cannot be built. Nothing was started.'
    )
    assert jenkins.requests.posts == []


async def test_a_multibranch_pipeline_is_scanned(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.multibranch("web")
    answer = await trigger("web")
    assert (answer.text, answer.error) == ('job "web": scan for branches started.', False)


async def test_a_veto_is_said(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.vetoes = True
    answer = await trigger("web")
    assert answer.error
    assert answer.text == (
        'Jenkins did not queue job "web": something in it refuses new builds now (it is about to '
        "shut down, or a plugin said no). Nothing was started."
    )


async def test_a_missing_permission_is_named(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.users[USER].permissions = frozenset({"overall", "read"})
    answer = await trigger("web")
    assert answer.text == (
        f'Jenkins at {jenkins.url} refuses (403): user "{USER}" (Secret "ci/jenkins") lacks the '
        'permission "Item.Build" on job "web".'
    )


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_nothing_is_triggered_twice(status: int, trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.faults.status(status, path="/build$", times=None, method="POST")
    answer = await trigger("web")
    assert answer.error
    assert "it is unknown whether a build was queued" in answer.text
    assert len(jenkins.requests.posts) == 1


async def test_a_lost_connection_leaves_it_unknown(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.faults.reset(path="/build$", times=None, method="POST")
    answer = await trigger("web")
    assert answer.text == (
        f"Jenkins at {jenkins.url} broke off the connection: it is unknown whether a build was "
        "queued. Look with jenkins_get_last_builds before triggering again."
    )
    assert len(jenkins.requests.posts) == 1


async def test_with_a_password_the_crumb_is_fetched_once(trigger: Call, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.moves_on_polls = True
    jenkins.users[USER].password, jenkins.users[USER].token = TOKEN, "unused"
    jenkins.crumb_field = "X-Renamed"
    assert (await trigger("web")).text.startswith('Build 1 of job "web" started')
    assert [post.status for post in jenkins.requests.posts] == [403, 201]
    assert len(jenkins.queue.items) == 1


# The preview.


@pytest.mark.usefixtures("deploy")
@pytest.mark.parametrize("how", ["dry_run", "k8s_preview"])
async def test_a_preview_says_what_would_start_and_what_runs_already(
    how: str, call: Call, ask: Call, jenkins: Jenkins
) -> None:
    job = jenkins.root.find("deploy")
    job.start(started=jenkins.now)
    jenkins.schedule(job)
    given = {"jobFullName": "deploy", "parameters": {"where": "live", "signing": "x" * 20}}
    if how == "dry_run":
        answer = await ask("jenkins_trigger_build", **given, dry_run=True)
    else:
        known = {"api_url": jenkins.url, "credentials_ref": "ci/jenkins"}
        arguments = {**known, **given}
        answer = await call("k8s_preview", tool="jenkins_trigger_build", arguments=arguments)
    assert not answer.error
    assert answer.text.splitlines()[:-1] == [
        "Only tried: nothing has been done.",
        "",
        'Would start build 2 of job "deploy".',
        "Parameters: where=live, signing=<hidden>.",
        "By default: dry=false, tag=latest.",
        "Build 1 is running now; this one would run after it.",
        "Item 1 of the queue is for this job already: In the quiet period. "
        "With the same parameters the two become one.",
        'For approval: start build 2 of job "deploy".',
    ]
    assert jenkins.requests.posts == []


@pytest.mark.usefixtures("deploy")
async def test_a_preview_refuses_what_the_call_would_be_refused_with(
    trigger: Call, jenkins: Jenkins
) -> None:
    answer = await trigger(parameters={"where": "mars"}, dry_run=True)
    assert answer.error
    assert '"where" is "mars"' in answer.text


@pytest.mark.usefixtures("deploy")
async def test_a_call_can_be_held_to_its_preview(trigger: Call, jenkins: Jenkins) -> None:
    preview = await trigger(dry_run=True)
    digest = preview.text.rpartition('if_unchanged="')[2].rstrip('"')
    jenkins.root.find("deploy").start(started=jenkins.now)
    refused = await trigger(if_unchanged=digest)
    assert refused.error
    assert refused.text.startswith("Not done")
    assert jenkins.requests.posts == []


# Taking it back.


async def test_a_queued_build_is_cancelled(ask: Call, jenkins: Jenkins) -> None:
    jenkins.schedule(jenkins.root.folder("shop").job("web"))
    dry = await ask("jenkins_cancel_queue_item", id=1, dry_run=True)
    assert dry.text.splitlines()[2] == (
        'Would cancel queue item 1 of job "shop/web", which waits: In the quiet period.'
    )
    assert jenkins.queue.queued
    answer = await ask("jenkins_cancel_queue_item", id="1")
    assert answer.text == 'Queue item 1 of job "shop/web" is cancelled.'
    assert jenkins.queue.queued == []
    again = await ask("jenkins_cancel_queue_item", id=1)
    assert (again.text, again.error) == (answer.text, False)


async def test_what_has_left_the_queue_is_not_cancelled(ask: Call, jenkins: Jenkins) -> None:
    jenkins.schedule(jenkins.root.job("web"))
    jenkins.tick(3)
    answer = await ask("jenkins_cancel_queue_item", id=1)
    assert answer.error
    assert answer.text == (
        'Queue item 1 has left the queue: it is build 1 of job "web" now; jenkins_stop_build stops '
        "that."
    )
    missing = await ask("jenkins_cancel_queue_item", id=99)
    assert missing.text.startswith("queue item 99 not found")
    assert jenkins.requests.posts == []


async def test_a_cancellation_answered_with_404_is_looked_at_again(
    ask: Call, jenkins: Jenkins
) -> None:
    """Older Jenkins answer so even when it worked (JENKINS-21311)."""
    item = jenkins.schedule(jenkins.root.job("web"))
    jenkins.faults.status(404, path="cancelItem")
    jenkins.requests.clear()
    refused = await ask("jenkins_cancel_queue_item", id=1)
    assert refused.error
    assert item.queued
    assert jenkins.requests.lines == [
        "GET /jenkins/queue/item/1/api/json",
        "POST /jenkins/queue/cancelItem",
        "GET /jenkins/queue/item/1/api/json",
    ]
