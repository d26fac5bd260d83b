"""What a test can order to go wrong."""

import asyncio
import gzip

import aiohttp
import pytest

from sandbox.jenkins import Jenkins
from tests.unit.sandbox.jenkins.conftest import Browser


async def test_a_status_is_used_up_and_then_all_is_well(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.faults.status(502, times=2, title="Bad Gateway")
    statuses = [(await browser.get("/api/json")).status for _ in range(3)]
    assert statuses == [502, 502, 200]


async def test_a_fault_is_for_the_method_and_the_path_it_names(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.root.job("web")
    jenkins.faults.status(503, path="/build$", method="POST", Retry_After="1")
    assert (await browser.get("/job/web/api/json")).status == 200
    answer = await browser.post("/job/web/build")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert jenkins.queue.items == {}


async def test_a_login_elsewhere_can_stand_before_everything(
    browser: Browser, jenkins: Jenkins
) -> None:
    jenkins.single_sign_on = "redirect"
    answer = await browser.get("/api/json")
    assert (answer.status, answer.headers["Location"][:8]) == (302, "https://")
    jenkins.single_sign_on = "login page"
    answer = await browser.get("/api/json")
    assert (answer.status, "Sign in" in answer.text) == (200, True)


async def test_bodies_can_be_anything(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.faults.body(b"[1,2]")
    assert (await browser.get("/api/json")).json == [1, 2]
    jenkins.faults.gzip_bomb(10_000_000)
    bomb = await browser.get("/api/json", headers={"Accept-Encoding": "gzip"})
    assert len(bomb.text) > 10_000_000
    assert int(bomb.headers["Content-Length"]) < 20_000
    jenkins.faults.flood(3_000_000, path="progressiveText", text=b"line\n")
    assert len((await browser.get("/x/logText/progressiveText")).text) == 3_000_000


async def test_a_session_can_expire_between_the_crumb_and_its_use(
    browser: Browser, jenkins: Jenkins, password: tuple[str, str]
) -> None:
    jenkins.root.job("web")
    issued = await browser.get("/crumbIssuer/api/json", user=password)
    jenkins.faults.expire_sessions()
    more = {"headers": {"Jenkins-Crumb": issued.json["crumb"]}, "cookies": issued.cookies}
    assert (await browser.post("/job/web/build", user=password, **more)).status == 403


async def test_a_location_can_be_lost_or_lead_elsewhere(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web")
    jenkins.faults.lose_location()
    lost = await browser.post("/job/web/build")
    assert (lost.status, "Location" in lost.headers) == (201, False)
    jenkins.faults.redirect("https://evil.example.com/", path="stop")
    answer = await browser.post("/job/web/1/stop")
    assert answer.headers["Location"] == "https://evil.example.com/"


async def test_connections_can_break_hang_and_end_early(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.faults.reset(times=2)  # the client itself tries a GET twice
    with pytest.raises(aiohttp.ClientError):
        await browser.get("/api/json")
    jenkins.faults.truncate()
    with pytest.raises(aiohttp.ClientPayloadError):
        await browser.get("/api/json")
    held = jenkins.faults.hold()
    asked = asyncio.create_task(browser.get("/api/json"))
    await jenkins.requests.arrived(4)
    assert not asked.done()
    held.set()
    assert (await asked).status == 200
    rest = jenkins.faults.slow_body()
    asked = asyncio.create_task(browser.get("/api/json"))
    await jenkins.requests.arrived(5)
    assert not asked.done()
    rest.set()
    assert (await asked).status == 200


async def test_logs_can_come_slowly_or_end_early(browser: Browser, jenkins: Jenkins) -> None:
    jenkins.root.job("web").start().log.write("one\ntwo\n")
    jenkins.faults.truncate(path="progressiveText", after=4)
    with pytest.raises(aiohttp.ClientPayloadError):
        await browser.get("/job/web/1/logText/progressiveText")
    rest = jenkins.faults.slow_body(path="progressiveText", after=4)
    asked = asyncio.create_task(browser.get("/job/web/1/logText/progressiveText"))
    await jenkins.requests.arrived(2)
    assert not asked.done()
    rest.set()
    assert (await asked).text == "one\r\ntwo\r\n"


async def test_answers_are_packed_for_those_who_can_unpack(
    browser: Browser, jenkins: Jenkins
) -> None:
    for number in range(50):
        jenkins.root.job(f"job-{number}")
    packed = await browser.get("/api/json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    jenkins.gzip = False
    plain = await browser.get("/api/json", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert plain.text == packed.text
    assert len(gzip.compress(plain.text.encode())) < len(plain.text)
