"""Places at a Jenkins: every name is one segment, quoted once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.errors import InvalidError
from clients.jenkins import ROOT, build, folder, job, path_of
from clients.jenkins.paths import parent
from clients.jenkins.trees import checked


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("web", "/job/web"),
        ("shop/web", "/job/shop/job/web"),
        ("shop/web/feature%2Fcart", "/job/shop/job/web/job/feature%252Fcart"),
        ("50%25", "/job/50%2525"),
        ("a b", "/job/a%20b"),
        ("c++", "/job/c%2B%2B"),
        ("ünï/☃", "/job/%C3%BCn%C3%AF/job/%E2%98%83"),
    ],
)
def test_a_jobs_path(name: str, path: str) -> None:
    place = job(name)
    assert path_of(place.names) == path
    assert place.full_name == name
    assert str(place) == f'job "{name}"'


def test_a_builds_path_and_its_folder() -> None:
    seventh = build(job("shop/web"), 7)
    assert path_of(seventh.below("stop")) == "/job/shop/job/web/7/stop"
    assert str(seventh) == 'build 7 of job "shop/web"'
    assert parent(job("shop/web")) == job("shop")
    assert parent(job("web")) is ROOT is folder(None)
    assert build(job("web"), None).selector == "lastBuild"


@given(st.text())
def test_no_name_leaves_its_segment(name: str) -> None:
    try:
        path = path_of(job(name).names)
    except InvalidError:
        return
    segments = path.split("/")[1:]
    assert segments[::2] == ["job"] * (len(segments) // 2)
    assert not {"", ".", ".."} & {*segments}
    assert path.isascii()
    assert not {*path} & {*"?#;\\ "}


@given(st.text(alphabet="ab[]{},0*", max_size=30))
def test_a_tree_is_balanced_or_refused(tree: str) -> None:
    try:
        sent = checked(tree)
    except InvalidError:
        return
    assert sent.count("[") == sent.count("]")
    assert "[]" not in sent
    assert ",," not in sent


@pytest.mark.parametrize(
    "tree",
    ["name", "*", "jobs[name,color]", "builds[number]{0,5}", "builds[number]{,5}", "a{3}",
     "a{3,},b", " name , url ", "actions[causes[shortDescription],parameters[name,value]]"],
)  # fmt: skip
def test_a_tree_that_jenkins_reads(tree: str) -> None:
    assert checked(tree) == tree.replace(" ", "")
