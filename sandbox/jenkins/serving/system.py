"""What belongs to no item: crumbs, people, nodes, plugins, the login page."""

from __future__ import annotations

from aiohttp import web

from sandbox.jenkins.exporting.beans import Bean
from sandbox.jenkins.exporting.system import (
    computer_bean,
    computers_bean,
    plugins_bean,
    user_bean,
    who_am_i_bean,
)
from sandbox.jenkins.serving import pages
from sandbox.jenkins.serving.call import Call
from sandbox.jenkins.users import ANONYMOUS


def answer(call: Call, tokens: list[str]) -> web.StreamResponse:
    """Answer, or refuse what is not there."""
    match tokens:
        case ["crumbIssuer", "api", form]:
            return _crumb(call, form)
        case ["me", "api", form]:
            return _me(call, form)
        case ["whoAmI", "api", form]:
            return call.export(who_am_i_bean(call.user), form)
        case ["login"] | ["securityRealm", "commenceLogin"]:
            return pages.page("Sign in [Jenkins]")
        case ["computer", "api", form]:
            return call.export(computers_bean(call.point), form)
        case ["computer", name, "api", form]:
            return _computer(call, name, form)
        case ["pluginManager", "api", form]:
            call.need("manage")
            return call.export(plugins_bean(call.point), form)
    raise call.not_found()


def _crumb(call: Call, form: str) -> web.Response:
    """Issue a crumb, and a session for it to belong to when there is none."""
    jenkins = call.jenkins
    if not jenkins.crumb_issuer:
        raise call.not_found()
    session = call.session
    if session is None:
        session = call.new_session = jenkins.sessions.open()
    properties = {
        "crumb": jenkins.sessions.crumb(call.user.name, session),
        "crumbRequestField": jenkins.crumb_field,
    }
    return call.export(Bean("hudson.security.csrf.DefaultCrumbIssuer", properties), form)


def _me(call: Call, form: str) -> web.Response:
    if call.user.name == ANONYMOUS:
        raise call.denied("overall")
    return call.export(user_bean(call.user, call.point), form)


def _computer(call: Call, name: str, form: str) -> web.Response:
    wanted = "built-in" if name in ("(built-in)", "(master)", "Built-In Node") else name
    node = next((node for node in call.jenkins.nodes if node.name == wanted), None)
    if node is None:
        raise call.not_found()
    return call.export(computer_bean(node, call.point), form)
