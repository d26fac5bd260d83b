"""A job's configuration as a projection: named elements, and nothing that could be a secret."""

import pytest

from clients.errors import UnavailableError
from clients.jenkins.scm import projection

HEADER = b"<?xml version='1.1' encoding='UTF-8'?>\n"
PIPELINE = b"""<flow-definition plugin="workflow-job">
  <description>esc: &#x1b;[31m</description>
  <authToken>hunter2</authToken>
  <definition class="org.jenkinsci.plugins.workflow.cps.CpsScmFlowDefinition">
    <scm class="hudson.plugins.git.GitSCM">
      <userRemoteConfigs>
        <hudson.plugins.git.UserRemoteConfig>
          <url>https://git.example.com/web.git</url>
          <credentialsId>deploy-key</credentialsId>
        </hudson.plugins.git.UserRemoteConfig>
      </userRemoteConfigs>
      <branches>
        <hudson.plugins.git.BranchSpec><name>*/main</name></hudson.plugins.git.BranchSpec>
      </branches>
    </scm>
    <scriptPath>ci/Jenkinsfile</scriptPath>
  </definition>
</flow-definition>"""
MULTIBRANCH = b"""<project>
  <sources>
    <data>
      <jenkins.branch.BranchSource>
        <source class="org.jenkinsci.plugins.github_branch_source.GitHubSCMSource">
          <apiUri>https://api.github.example.com</apiUri>
          <credentialsId>app</credentialsId>
          <repoOwner>shop</repoOwner>
          <repository>web</repository>
        </source>
      </jenkins.branch.BranchSource>
    </data>
  </sources>
  <factory class="x"><scriptPath>Jenkinsfile</scriptPath></factory>
</project>"""
GIT = {
    "class": "GitSCM",
    "urls": ["https://git.example.com/web.git"],
    "branches": ["*/main"],
    "repository": "",
    "credentialsId": "deploy-key",
}
GITHUB = {
    "class": "GitHubSCMSource",
    "urls": ["https://api.github.example.com"],
    "branches": [],
    "repository": "shop/web",
    "credentialsId": "app",
}


def test_a_pipeline_from_a_repository() -> None:
    """Its header says XML 1.1, and so may its character references be."""
    assert projection(HEADER + PIPELINE) == {
        "sources": [GIT], "scriptPath": "ci/Jenkinsfile", "inline": False,
    }  # fmt: skip


def test_a_multibranch_pipeline_has_branch_sources() -> None:
    assert projection(HEADER + MULTIBRANCH) == {
        "sources": [GITHUB], "scriptPath": "Jenkinsfile", "inline": False,
    }  # fmt: skip


def test_a_script_kept_in_the_job_is_not_shown() -> None:
    config = HEADER + b"<x><definition><script>sh 'curl -u me:hunter2'</script></definition></x>"
    assert projection(config) == {"sources": [], "scriptPath": "", "inline": True}


@pytest.mark.parametrize(
    "config",
    [
        b"",
        b"<html",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
        b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>",
        b"<!DOCTYPE l [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><x>&b;</x>",
        b"<x>&undefined;</x>",
        b"\xff\xfe\x00",
    ],
)
def test_xml_that_jenkins_does_not_write_is_refused(config: bytes) -> None:
    for text in (config, HEADER + config):
        with pytest.raises(UnavailableError, match="not the XML that Jenkins writes"):
            projection(text)
