"""`config.xml`: written with the header of XML 1.1 as Jenkins does, and read again."""

from __future__ import annotations

import base64
import hashlib
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from sandbox.jenkins.items import Folder, Item, Job, Multibranch, Scm
from sandbox.jenkins.parameters import Definition

_HEADER = "<?xml version='1.1' encoding='UTF-8'?>\n"
_BRANCH_FACTORY = "org.jenkinsci.plugins.workflow.multibranch.WorkflowBranchProjectFactory"
_REDACTED = "<secret-redacted/>"


def encrypted(secret: str) -> str:
    """Write a secret as `hudson.util.Secret` does, without its being one."""
    digest = hashlib.sha256(secret.encode()).digest()
    return f"{{AQAAABAAAAAQ{base64.b64encode(digest).decode()}}}"


def item_xml(item: Item, secrets: bool) -> str:
    """Write an item's configuration; who may not configure it sees no secret."""
    if isinstance(item, Job):
        tag = "flow-definition" if item.kind == "pipeline" else "project"
        inner = _job(item, secrets)
    else:
        tag = item.class_name if isinstance(item, Folder) else "item"
        inner = _source(item.source) if isinstance(item, Multibranch) and item.source else ""
    about = f"  <description>{escape(item.description or '')}</description>\n"
    return f"{_HEADER}<{tag}>\n{about}{inner}</{tag}>"


def _job(job: Job, secrets: bool) -> str:
    shown = encrypted(job.secret) if secrets else _REDACTED
    token = f"  <authToken>{shown}</authToken>\n" if job.secret else ""
    definitions = "".join(_definition(each, secrets) for each in job.parameters)
    if definitions:
        definitions = (
            "    <hudson.model.ParametersDefinitionProperty>\n      <parameterDefinitions>\n"
            f"{definitions}      </parameterDefinitions>\n"
            "    </hudson.model.ParametersDefinitionProperty>\n"
        )
    return (
        f"  <properties>\n{definitions}  </properties>\n{_definition_or_scm(job)}"
        f"  <disabled>{str(job.disabled).lower()}</disabled>\n"
        f"  <concurrentBuild>{str(job.concurrent).lower()}</concurrentBuild>\n{token}"
    )


def _definition_or_scm(job: Job) -> str:
    if job.kind == "freestyle":
        return _scm(job.scm, "  ") if job.scm else '  <scm class="hudson.scm.NullSCM"/>\n'
    if job.scm is None:
        kind = "org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition"
        script = f"    <script>{escape(job.script)}</script>\n    <sandbox>true</sandbox>\n"
        return f'  <definition class="{kind}" plugin="workflow-cps">\n{script}  </definition>\n'
    kind = "org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition"
    path = f"    <scriptPath>{escape(job.scm.script_path)}</scriptPath>\n"
    return f'  <definition class="{kind}">\n{_scm(job.scm, "    ")}{path}  </definition>\n'


def _scm(scm: Scm, indent: str) -> str:
    credentials = f"<credentialsId>{escape(scm.credentials)}</credentialsId>"
    lines = [
        '<scm class="hudson.plugins.git.GitSCM" plugin="git">',
        "  <userRemoteConfigs><hudson.plugins.git.UserRemoteConfig>",
        f"    <url>{escape(scm.url)}</url>{credentials if scm.credentials else ''}",
        "  </hudson.plugins.git.UserRemoteConfig></userRemoteConfigs>",
        "  <branches><hudson.plugins.git.BranchSpec>",
        f"    <name>{escape(scm.branch)}</name>",
        "  </hudson.plugins.git.BranchSpec></branches>",
        "</scm>",
    ]
    return "".join(f"{indent}{line}\n" for line in lines)


def _source(source: Scm) -> str:
    credentials = f"<credentialsId>{escape(source.credentials)}</credentialsId>"
    lines = [
        "  <sources><data><jenkins.branch.BranchSource>",
        '    <source class="jenkins.plugins.git.GitSCMSource">',
        f"      <remote>{escape(source.url)}</remote>{credentials if source.credentials else ''}",
        "    </source>",
        "  </jenkins.branch.BranchSource></data></sources>",
        "  <disabled>false</disabled>",
        f'  <factory class="{_BRANCH_FACTORY}">',
        f"    <scriptPath>{escape(source.script_path)}</scriptPath>",
        "  </factory>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _definition(definition: Definition, secrets: bool) -> str:
    default = escape(str(definition.default))
    if isinstance(definition.default, bool):
        default = default.lower()
    if definition.kind == "password":
        default = encrypted(str(definition.default)) if secrets else _REDACTED
    choices = "".join(f"<string>{escape(each)}</string>" for each in definition.choices)
    value = f"<defaultValue>{default}</defaultValue>"
    if definition.kind == "choice":
        value = f'<choices class="java.util.Arrays$ArrayList"><a>{choices}</a></choices>'
    kind = definition.class_name
    return f"        <{kind}><name>{escape(definition.name)}</name>{value}</{kind}>\n"


def parameters_of(root: ET.Element) -> list[Definition]:
    """Read the parameters of a configuration."""
    found = root.findall(".//parameterDefinitions/*")
    return [_read_definition(element) for element in found]


def _read_definition(element: ET.Element) -> Definition:
    simple = element.tag.rpartition(".")[2].removesuffix("ParameterDefinition")
    default: str | bool = element.findtext("defaultValue") or ""
    if simple == "Boolean":
        default = default == "true"
    choices = [each.text or "" for each in element.findall(".//string")]
    name = element.findtext("name") or ""
    return Definition(simple.lower(), name, default, choices, element.findtext("description"))
