"""CertificateSigningRequests, with what the request inside asks for."""

from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tools.render.describe.conditions import write_conditions
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import labels_text
from tools.render.describe.registry import describes
from tools.render.describe.related import Related
from tools.render.describe.times import human_duration, timestamp

if TYPE_CHECKING:
    from cryptography.x509 import CertificateSigningRequest

JsonObject = dict[str, Any]

COMMON_NAME, SERIAL_NUMBER = "2.5.4.3", "2.5.4.5"
SUBJECT_LISTS = {
    "Organization": "2.5.4.10",
    "Organizational Unit": "2.5.4.11",
    "Country": "2.5.4.6",
    "Locality": "2.5.4.7",
    "Province": "2.5.4.8",
    "StreetAddress": "2.5.4.9",
    "PostalCode": "2.5.4.17",
}


@describes("certificates.k8s.io", "CertificateSigningRequest")
def describe_certificate_signing_request(
    lines: Lines, obj: JsonObject, related: Related, now: datetime
) -> None:
    """Write who asks whom for a certificate, its state, and the names in the request.

    The conditions, which say who approved or denied it and why, are ours: kubectl leaves them out.
    """
    metadata, spec = obj["metadata"], obj["spec"]
    lines.field("Name", metadata["name"])
    lines.field("Labels", labels_text(metadata.get("labels")))
    lines.field("Annotations", labels_text(metadata.get("annotations")))
    lines.field("CreationTimestamp", timestamp(metadata.get("creationTimestamp")))
    lines.field("Requesting User", spec.get("username", ""))
    if signer := spec.get("signerName"):
        lines.field("Signer", signer)
    if (seconds := spec.get("expirationSeconds")) is not None:
        lines.field("Requested Duration", human_duration(timedelta(seconds=seconds)))
    lines.field("Status", _state(obj.get("status", {})))
    write_conditions(lines, obj)
    _write_request(lines, spec.get("request", ""))


def _state(status: JsonObject) -> str:
    """Name the state in kubectl's order of precedence: denied before approved before pending."""
    types = {condition["type"] for condition in status.get("conditions") or ()}
    decision = next((each for each in ("Denied", "Approved") if each in types), "Pending")
    failed = ",Failed" if "Failed" in types else ""
    issued = ",Issued" if status.get("certificate") else ""
    return f"{decision}{failed}{issued}"


def _write_request(lines: Lines, request: str) -> None:
    """Write subject and alternative names; where kubectl gives up on a bad request, say so."""
    # Loaded when first needed: few callers describe a request, and the library takes megabytes.
    from cryptography import x509

    try:
        parsed = x509.load_pem_x509_csr(b64decode(request))
        subject, alternative_names = _subject(parsed), _alternative_names(parsed)
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        lines.field("Subject", "<the request is not a readable PEM CERTIFICATE REQUEST>")
        return
    lines.text("Subject:")
    lines.field("\tCommon Name", subject.get(COMMON_NAME, [""])[-1])
    lines.field("\tSerial Number", subject.get(SERIAL_NUMBER, [""])[-1])
    for label, oid in SUBJECT_LISTS.items():
        _write_list(lines, label, subject.get(oid, ()))
    if any(alternative_names.values()):
        lines.text("Subject Alternative Names:")
    for label, names in alternative_names.items():
        _write_list(lines, label, names)


def _subject(request: "CertificateSigningRequest") -> dict[str, list[str]]:
    """Group the attributes of the subject by their object identifier, in dots."""
    subject: dict[str, list[str]] = {}
    for attribute in request.subject:
        subject.setdefault(attribute.oid.dotted_string, []).append(str(attribute.value))
    return subject


def _alternative_names(request: "CertificateSigningRequest") -> dict[str, list[str]]:
    from cryptography import x509

    try:
        extension = request.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return {}
    names = extension.value
    return {
        "DNS Names": names.get_values_for_type(x509.DNSName),
        "Email Addresses": names.get_values_for_type(x509.RFC822Name),
        "URIs": names.get_values_for_type(x509.UniformResourceIdentifier),
        "IP Addresses": [str(address) for address in names.get_values_for_type(x509.IPAddress)],
    }


def _write_list(lines: Lines, label: str, values: Sequence[str]) -> None:
    head = f"{label}:"
    for value in values:
        lines.text(f"\t{head}\t{value}")
        head = ""
