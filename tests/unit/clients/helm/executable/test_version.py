"""Which helm may run: one without known holes, and nothing that is no helm."""

import pytest

from clients.errors import ConfigurationError
from clients.helm.executable import Access, HelmExecutable, Target
from tests.support.fake_helm import FakeHelm
from tools.dependencies import Clients


async def test_a_missing_helm_is_said_with_what_to_install(clients: Clients) -> None:
    missing = HelmExecutable(clients.kubernetes, "no-such-helm")
    with pytest.raises(ConfigurationError) as refused:
        await missing.version()
    assert str(refused.value) == (
        'This needs the helm executable, and there is no "no-such-helm" where the server runs. '
        "Install helm 4.1.4 or newer, or helm 3.20.2 or newer. Releases can be read without it."
    )


@pytest.mark.parametrize("version", ["v3.20.1", "v3.17.3", "v4.1.3", "v4.0.0", "v2.17.0"])
async def test_a_helm_with_known_holes_is_refused(
    executable: HelmExecutable, helm: FakeHelm, version: str
) -> None:
    helm.version = version
    helm.does("true")
    with pytest.raises(ConfigurationError) as refused:
        await executable.run(lambda _: ("list",), Target("shop", "web"), Access.NOTHING)
    assert str(refused.value) == (
        f"helm {version[1:]} ({helm.path}) has known security holes. "
        "Needed: helm 4.1.4 or newer, or helm 3.20.2 or newer."
    )
    assert not helm.was_run


@pytest.mark.parametrize("version", ["v3.20.2", "v3.21.4", "v4.1.4", "v4.2.3+g43e8b7f", "v5.0.0"])
async def test_a_good_helm_is_asked_once_and_again_when_it_is_another(
    executable: HelmExecutable, helm: FakeHelm, version: str
) -> None:
    helm.version = version
    helm.does("true")
    assert str(await executable.version()) == version[1:].partition("+")[0]
    helm.version = "v3.0.0"
    helm.does("true # another file")
    with pytest.raises(ConfigurationError):
        await executable.version()


async def test_a_program_that_is_no_helm_is_refused(
    executable: HelmExecutable, helm: FakeHelm
) -> None:
    helm.version = "GNU bash"
    helm.does("true")
    with pytest.raises(ConfigurationError, match="is not helm"):
        await executable.version()
