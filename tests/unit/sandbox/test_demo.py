"""What ``--sandbox`` serves fits together."""

import re
from pathlib import Path

from fastmcp import Client

from mcp_server.app import create_app
from mcp_server.settings import Settings
from sandbox.demo import running_demo
from sandbox.story import leaks


async def test_a_newcomer_finds_jenkins_and_its_credentials_in_the_cluster(tmp_path: Path) -> None:
    async with running_demo() as demo:
        kubeconfig = tmp_path / "kubeconfig"
        kubeconfig.write_text(demo.cluster.kubeconfig(namespace="shop"))
        async with Client(create_app(Settings(kubeconfig=str(kubeconfig)))) as client:

            async def ask(tool: str, **arguments: object) -> str:
                text = (await client.call_tool(tool, arguments)).content[0].text
                assert leaks(text) == []
                return text

            secret = {"resource_type": "secret", "name": "jenkins", "namespace": "ci"}
            found = await ask("k8s_get", **secret, output="yaml")
            named = re.search(r"skyflo.ai/jenkins-url: (\S+)", found)
            assert named is not None
            server = {"api_url": named[1], "credentials_ref": "ci/jenkins"}
            assert 'Signed in as "admin"' in await ask("jenkins_whoami", **server)
            log = {"jobFullName": "shop/checkout", "build": 482}
            assert "Finished: FAILURE" in await ask("jenkins_get_build_log", **log, **server)
            for tool in ("jenkins_get_build", "jenkins_get_job_parameters"):
                await ask(tool, jobFullName="shop/deploy", **server)
        assert demo.jenkins.requests.posts == []
