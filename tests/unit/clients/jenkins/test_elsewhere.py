"""Nothing leaves the address that the credentials are for, whatever asks for it.

Names are checked long before; this is the last look at what is about to be sent.
"""

import pytest

from clients.errors import InvalidError
from clients.jenkins.paths import Place
from clients.kubernetes.changes import Journal
from sandbox.jenkins import Jenkins
from tests.support.jenkins import SECRET
from tools.dependencies import Clients

OUT = [("..", "computer"), ("..", "..", "computer"), ("job", "..", "..", "..", "computer"), ("..",)]


@pytest.mark.parametrize("names", OUT, ids="/".join)
async def test_a_path_that_climbs_out_of_the_address_is_not_asked_for(
    names: tuple[str, ...], clients: Clients, jenkins: Jenkins
) -> None:
    assert clients.jenkins is not None
    async with clients.jenkins.reader.at(jenkins.url, SECRET) as reader:
        with pytest.raises(InvalidError) as refused:
            await reader.get_json(Place(names, "x"), endpoint=())
    assert str(refused.value) == f"The request would leave {jenkins.url}. Nothing was sent."
    assert jenkins.requests.lines == []


@pytest.mark.parametrize("names", OUT, ids="/".join)
async def test_nothing_is_posted_there_either(
    names: tuple[str, ...], clients: Clients, jenkins: Jenkins
) -> None:
    assert clients.jenkins is not None
    async with clients.jenkins.writer(Journal(), dry=False).at(jenkins.url, SECRET) as writer:
        with pytest.raises(InvalidError, match="would leave"):
            await writer.post(Place(names, "x"), ())
    assert jenkins.requests.lines == []
