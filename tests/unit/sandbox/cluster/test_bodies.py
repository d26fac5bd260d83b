"""Bodies in the formats that clients send."""

import aiohttp
import pytest

from sandbox.cluster.serving.protobuf import ProtobufError, from_protobuf

Session = aiohttp.ClientSession
PROTOBUF = "application/vnd.kubernetes.protobuf"
# `kubectl create deployment web --image=nginx:1 --port=80 --replicas=2`, kubectl 1.36.3
DEPLOYMENT = bytes.fromhex(
    "6b3873000a150a07617070732f7631120a4465706c6f796d656e7412ba010a1f0a0377656212001a0022002a0032"
    "00380042005a0a0a0361707012037765621288010802120c0a0a0a0361707012037765621a6e0a1c0a0012001a00"
    "22002a003200380042005a0a0a036170701203776562124e12300a056e67696e7812076e67696e783a312a00320a"
    "0a001000185022002a0042006a007200800100880100900100a201001a00320042004a0052005800600068008201"
    "008a01009a0100c2010022020a00280038001a0c0800100018002000280038001a002200"
)
# `kubectl auth can-i get pods -n shop`
REVIEW = bytes.fromhex(
    "6b3873000a320a17617574686f72697a6174696f6e2e6b38732e696f2f7631121753656c665375626a6563744163"
    "6365737352657669657712390a100a0012001a0022002a00320038004200121b0a190a0473686f7012036765741a"
    "0022002a04706f647332003a001a08080012001a0020001a002200"
)


def test_protobuf_is_the_json_it_stands_for() -> None:
    deployment = from_protobuf(DEPLOYMENT)

    assert (deployment["apiVersion"], deployment["kind"]) == ("apps/v1", "Deployment")
    assert deployment["metadata"]["labels"] == {"app": "web"}
    assert deployment["spec"]["replicas"] == 2
    assert deployment["spec"]["selector"] == {"matchLabels": {"app": "web"}}
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert (container["name"], container["image"]) == ("nginx", "nginx:1")
    assert container["ports"][0]["containerPort"] == 80


@pytest.mark.parametrize("body", [b"{}", b"k8s\x00\x0a\xff"])
def test_other_bytes_are_refused(body: bytes) -> None:
    with pytest.raises((ProtobufError, KeyError)):
        from_protobuf(body)


async def test_a_review_in_protobuf_is_answered(api: Session) -> None:
    path = "apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    async with api.post(path, data=REVIEW, headers={"Content-Type": PROTOBUF}) as response:
        review = await response.json()

    attributes = {"namespace": "shop", "verb": "get", "resource": "pods"}
    assert review["spec"] == {"resourceAttributes": attributes}
    assert review["status"]["allowed"] is True


async def test_a_body_in_yaml(api: Session) -> None:
    text = "metadata:\n  name: settings\ndata:\n  since: '2026-01-01'\n"
    headers = {"Content-Type": "application/yaml"}
    path = "api/v1/namespaces/default/configmaps"
    async with api.post(path, data=text, headers=headers) as response:
        assert (await response.json())["data"] == {"since": "2026-01-01"}


async def test_an_answer_in_yaml(api: Session) -> None:
    headers = {"Accept": "application/yaml"}
    async with api.get("api/v1/namespaces/default", headers=headers) as response:
        assert (await response.text()).startswith("apiVersion: v1\nkind: Namespace\n")


async def test_a_body_of_another_kind_of_data(api: Session) -> None:
    headers = {"Content-Type": "text/plain"}
    path = "api/v1/namespaces/default/configmaps"
    async with api.post(path, data="x", headers=headers) as response:
        assert response.status == 415


async def test_a_large_answer_is_compressed_for_who_wants_it(api: Session) -> None:
    body = {"metadata": {"name": "big"}, "data": {"k": "x" * 200_000}}
    path = "api/v1/namespaces/default/configmaps"
    async with api.post(path, json=body) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert (await response.json())["data"] == body["data"]


async def test_a_schema_is_published(api: Session) -> None:
    async with api.get("openapi/v3/apis/apps/v1") as response:
        document = await response.json()

    schemas = document["components"]["schemas"]
    assert "replicas" in schemas["io.k8s.api.apps.v1.DeploymentSpec"]["properties"]
    assert "io.k8s.api.core.v1.PodSpec" in schemas
    path = "/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
    parameters = document["paths"][path]["patch"]["parameters"]
    assert "fieldValidation" in [each["name"] for each in parameters]
