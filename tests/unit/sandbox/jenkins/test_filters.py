"""What happens to a request before any action sees it, in Jenkins' order."""

import pytest

from sandbox.jenkins import Jenkins, User
from tests.support.jenkins import TOKEN, USER
from tests.unit.sandbox.jenkins.conftest import Browser

NO_CRUMB = "No valid crumb was included in the request"


async def crumb_of(browser: Browser, **more: object) -> tuple[dict[str, str], dict[str, str]]:
    """Return a crumb as a header, and the cookie of the session that it belongs to."""
    issued = await browser.get("/crumbIssuer/api/json", **more)
    return {issued.json["crumbRequestField"]: issued.json["crumb"]}, issued.cookies


async def test_while_it_starts_everything_is_503_even_with_wrong_credentials(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.starting = True
    answer = await browser.get("/api/json", user=("admin", "wrong"))
    assert answer.status == 503
    assert "Please wait while Jenkins is getting ready to work" in answer.text
    assert "Retry-After" not in answer.headers


async def test_a_raw_semicolon_is_refused_and_an_encoded_one_is_a_name(browser: Browser) -> None:
    assert (await browser.get("/job/a;b/api/json")).status == 400
    assert (await browser.get("/job/a%3Bb/api/json")).status == 404


async def test_outside_of_the_prefix_is_nothing(browser: Browser, jenkins: Jenkins) -> None:
    outside = Browser(browser._http, jenkins.url.removesuffix("/jenkins"))
    assert (await outside.get("/api/json")).status == 404
    assert (await outside.get("/jenkinsfile/api/json")).status == 404


@pytest.mark.parametrize("path", ["/job/..%2f..%2fscript", "/job/%2e%2e/api/json", "/a/../script"])
async def test_a_segment_of_two_dots_is_refused_once_it_is_decoded(
    browser: Browser, path: str
) -> None:
    answer = await browser.get(path)
    assert answer.status in (400, 404)
    assert "<title>Error" in answer.text


async def test_a_backslash_separates_segments_too(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    assert (await browser.get("/job\\web\\api\\json?tree=name")).json["name"] == "web"


@pytest.mark.parametrize("given", ["Basic bm9ib2R5", "Basic !!!", "Basic bm86Ym9keQ=="])
async def test_wrong_credentials_are_401_wherever_they_go(browser: Browser, given: str) -> None:
    answer = await browser.get("/whoAmI/api/json", user=None, headers={"Authorization": given})
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Jenkins"'


async def test_without_credentials_everything_but_who_am_i_sends_to_the_login(
    browser: Browser,
) -> None:
    answer = await browser.get("/api/json", user=None)
    assert answer.status == 403
    assert "Authentication required" in answer.text
    assert "1;url=/jenkins/login?from=/jenkins/api/json" in answer.text
    assert answer.headers["X-Required-Permission"] == "hudson.model.Hudson.Read"
    who = await browser.get("/whoAmI/api/json", user=None)
    assert who.json["name"] == "anonymous"
    assert who.json["anonymous"] is True


async def test_everybody_may_read_where_that_is_allowed(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.anonymous.permissions = frozenset({"overall", "read"})
    assert (await browser.get("/job/web/api/json?tree=name", user=None)).json["name"] == "web"
    assert (await browser.get("/me/api/json", user=None)).status == 403
    jenkins.crumb_issuer = False
    refused = await browser.post("/job/web/build", user=None)
    assert (refused.status, "Authentication required" in refused.text) == (403, True)
    assert refused.headers["X-Required-Permission"] == "hudson.model.Item.Build"


async def test_jenkins_names_its_version_to_whoever_looks(browser: Browser) -> None:
    answer = await browser.send("HEAD", "/")
    assert (answer.status, answer.headers["X-Jenkins"], answer.text) == (200, "2.555.1", "")


async def test_a_token_needs_no_crumb_and_a_password_does(
    browser: Browser, jenkins: Jenkins, password: tuple[str, str]
) -> None:
    jenkins.root.job("web")
    assert (await browser.post("/job/web/build")).status == 201
    refused = await browser.post("/job/web/build", user=password)
    assert refused.status == 403
    assert f"<title>Error 403 {NO_CRUMB}</title>" in refused.text


async def test_a_crumb_counts_for_its_session_and_its_user_only(
    browser: Browser, jenkins: Jenkins, password: tuple[str, str]
) -> None:
    jenkins.root.job("web")
    jenkins.add_user("bob", password="hunter22")
    crumb, cookies = await crumb_of(browser, user=password)

    async def status(user: tuple[str, str], **more: object) -> int:
        return (await browser.post("/job/web/build", user=user, **more)).status

    assert await status(password, headers=crumb, cookies=cookies) == 201
    assert await status(password, form=crumb, cookies=cookies) == 201
    assert await status(password, headers=crumb) == 403
    assert await status(("bob", "hunter22"), headers=crumb, cookies=cookies) == 403
    jenkins.sessions.clear()
    assert await status(password, headers=crumb, cookies=cookies) == 403


async def test_a_token_that_travels_with_a_cookie_needs_a_crumb_from_the_third_request_on(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root.job("web")
    crumb, cookies = await crumb_of(browser)
    assert (await browser.get("/api/json", cookies=cookies)).status == 200
    assert (await browser.post("/job/web/build", cookies=cookies)).status == 403
    assert (await browser.post("/job/web/build", cookies=cookies, headers=crumb)).status == 201
    assert (await browser.post("/job/web/build")).status == 201


async def test_the_crumb_field_can_be_renamed_and_the_issuer_switched_off(
    browser: Browser, jenkins: Jenkins, password: tuple[str, str]
) -> None:
    jenkins.root.job("web")
    jenkins.crumb_field = ".crumb"
    crumb, cookies = await crumb_of(browser, user=password)
    assert list(crumb) == [".crumb"]
    sent = await browser.post("/job/web/build", user=password, headers=crumb, cookies=cookies)
    assert sent.status == 201
    jenkins.crumb_issuer = False
    assert (await browser.get("/crumbIssuer/api/json")).status == 404
    assert (await browser.post("/job/web/build", user=password)).status == 201


async def test_an_item_is_not_found_without_read_and_forbidden_when_it_may_be_discovered(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root.folder("shop").job("web")
    seen = frozenset({"overall", "read"})
    hidden = {"shop/web": frozenset({"overall"})}
    jenkins.users["bob"] = User("bob", "bobs-token", permissions=seen, on=hidden)
    bob = ("bob", "bobs-token")
    assert (await browser.get("/job/shop/job/web/api/json", user=bob)).status == 404
    assert (await browser.get("/job/shop/api/json?tree=jobs[name]", user=bob)).json["jobs"] == []
    jenkins.users["bob"].on = {"shop/web": frozenset({"overall", "discover"})}
    answer = await browser.get("/job/shop/job/web/api/json", user=bob)
    assert answer.status == 403
    assert answer.headers["X-Required-Permission"] == "hudson.model.Item.Read"


async def test_a_missing_permission_is_named_in_headers(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.add_user("bob", "bobs-token", permissions=frozenset({"overall", "read"}))
    answer = await browser.post("/job/web/build", user=("bob", "bobs-token"))
    assert answer.status == 403
    assert "bob is missing the Job/Build permission" in answer.text
    assert answer.headers["X-You-Are-Authenticated-As"] == "bob"
    assert answer.headers["X-Required-Permission"] == "hudson.model.Item.Build"


async def test_every_request_is_logged_as_it_came(browser: Browser, jenkins: Jenkins) -> None:
    await browser.get("/job/a%20b/api/json?tree=name")
    request = jenkins.requests[0]
    assert str(request) == "GET /jenkins/job/a%20b/api/json?tree=name"
    assert (request.user, request.status) == (USER, 404)
    assert TOKEN not in repr(request)


async def test_a_request_line_longer_than_8192_bytes_is_refused(browser: Browser) -> None:
    assert (await browser.get(f"/api/json?tree={'a' * 9000}")).status == 414
    assert (await browser.get("/api/json", headers={"X-Long": "a" * 8000})).status == 431
