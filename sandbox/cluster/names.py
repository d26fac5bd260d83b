"""Which names Kubernetes accepts, and its words when it does not (apimachinery validation)."""

import re

LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = rf"{LABEL}(\.{LABEL})*"
LABEL_START_ALPHABETIC = r"[a-z]([-a-z0-9]*[a-z0-9])?"
QUALIFIED = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

SUBDOMAIN_FAULT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    r"for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL_FAULT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
    "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
LABEL_1035_FAULT = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
    "'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)
QUALIFIED_FAULT = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
LABEL_VALUE_FAULT = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value', "
    " or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


def subdomain_faults(name: str) -> list[str]:
    """Check an RFC 1123 subdomain: what most names are."""
    return _checked(name, 253, SUBDOMAIN, SUBDOMAIN_FAULT)


def label_faults(name: str) -> list[str]:
    """Check an RFC 1123 label: names of namespaces and containers."""
    return _checked(name, 63, LABEL, LABEL_FAULT)


def label_1035_faults(name: str) -> list[str]:
    """Check a DNS 1035 label: names of services before 1.36's relaxed rule."""
    return _checked(name, 63, LABEL_START_ALPHABETIC, LABEL_1035_FAULT)


def path_segment_faults(name: str) -> list[str]:
    """Check a name that only has to fit into a URL: RBAC objects."""
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{each}'" for each in ("/", "%") if each in name]


def label_key_faults(key: str) -> list[str]:
    """Check the key of a label or annotation: an optional DNS prefix and a name."""
    prefix, slash, name = key.rpartition("/")
    if key.count("/") > 1:
        return [_qualified_name_fault()]
    faults = []
    if slash:
        prefix_faults = subdomain_faults(prefix) if prefix else ["must be non-empty"]
        faults = [f"prefix part {fault}" for fault in prefix_faults]
    if not name:
        faults.append("name part must be non-empty")
    if len(name) > 63:
        faults.append("name part must be no more than 63 bytes")
    if not re.fullmatch(QUALIFIED, name):
        faults.append(QUALIFIED_FAULT)
    return faults


def label_value_faults(value: str) -> list[str]:
    """Check the value of a label; the empty one is fine."""
    faults = ["must be no more than 63 bytes"] if len(value) > 63 else []
    if value and not re.fullmatch(QUALIFIED, value):
        faults.append(LABEL_VALUE_FAULT)
    return faults


def _checked(name: str, longest: int, pattern: str, fault: str) -> list[str]:
    faults = [f"must be no more than {longest} bytes"] if len(name) > longest else []
    return faults if re.fullmatch(pattern, name) else [*faults, fault]


def _qualified_name_fault() -> str:
    return (
        "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must "
        "start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
        "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') "
        "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
    )
