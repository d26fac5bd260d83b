"""Why a list was refused, told by the argument that is wrong and what it accepts.

Texts matched: apimachinery ``labels.Parse`` and ``fields.ParseSelector``, the field label
conversions of each type ("field label not supported"), apiserver ``storage.DecodeContinue``.
"""

import re
from collections.abc import Mapping

from clients.errors import InvalidError

_BY_PARAMETER = (
    (
        "continue",
        re.compile(r"invalid continue|key is not valid|base64|encoded start"),
        'Argument "continue_token" is not one that an earlier answer ended with; '
        "copy it whole, or leave it out to start from the beginning.",
    ),
    (
        "fieldSelector",
        re.compile(r"field (label|selector)|can't understand"),
        'Argument "field_selector": {why}; accepted: "status.phase!=Running,spec.nodeName=node-1" '
        'for pods, "metadata.name=web" for every type. For other fields use labels.',
    ),
    (
        "labelSelector",
        re.compile(r"unable to parse requirement|parse the selector|found '.*', expected"),
        'Argument "{label_argument}": {why}; accepted: "app=web,tier!=cache", '
        '"env in (test,prod)", "canary", "!canary".',
    ),
)
_REPEATED = re.compile(
    r"^(?:Unable to find .*?: |invalid selector: .*?; |unable to parse requirement: (?:<nil>: )?)+"
)
_PATTERN = re.compile(r" \(e\.g\. .*", re.DOTALL)


def explained(
    refusal: InvalidError, params: Mapping[str, str], label_argument: str
) -> InvalidError:
    """Return the refusal of a list in words of the arguments; another one as it is."""
    said = str(refusal)
    for parameter, pattern, sentence in _BY_PARAMETER:
        if params.get(parameter) and pattern.search(said):
            why = _PATTERN.sub("", _REPEATED.sub("", said)).rstrip(".")
            return InvalidError(sentence.format(why=why, label_argument=label_argument))
    return refusal
