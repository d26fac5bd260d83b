"""Which names are a secret's: one notion for fields, variables, parameters, headers and flags.

A name is taken apart into its words: ``githubToken``, ``GITHUB_TOKEN`` and ``x-github-token`` are
the same to it. Some words are known also where they are run together: ``PGPASSWORD``.
"""

import re
from functools import lru_cache

# The end of a longer name tells; what is run together for so long is data, not a name.
LONGEST = 120
# Words of one part (`githubToken`) are kept apart by "~", parts (`GITHUB_TOKEN`) by a blank.
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN = re.compile(r"[^A-Za-z0-9~]+")
_WORDS = (
    r"(?:[a-z0-9]*pass[~ ]?(?:word|wd|phrase)s?(?:[~ ]hash)?|passcode"
    r"|(?:ssh|db|pg|smtp|mail|root|admin)?pass|[a-z0-9]*(?:pwd|secret|token|credentials?)"
    r"|creds?|auth|authorization|pat|dsn"
    r"|[a-z0-9]*(?:api|access|private|secret|signing|encrypt(?:ion)?|decryption|master|account|auth"
    r"|hmac|session|shared)[~ ]?keys?(?:[~ ]id(?=$| ))?|client[~ ]key[~ ]data|secret[~ ]id)\d*"
)
# What may stand behind: `tokenValue`, `DB_PASSWORD_PROD`, `password-2`.
_SAME = (
    r"(?:[~ ](?:value|data|text|string|plain|plaintext|base64|b64|v?\d+|old|new|current|previous"
    r"|prod|production|stage|staging|dev|test|qa))*"
)
_AT_THE_END = re.compile(rf"(?:^|[~ ])(?:{_WORDS}|cookie){_SAME}$")
# Of variables the order is free: `TOKEN_GITHUB`. Inside `credentialsProvider` it is not.
_ANYWHERE = re.compile(rf"(?:^|[~ ]){_WORDS}(?: |$)")
# They name a Secret: `existingSecret`, `imagePullSecret`, `tls-secret`.
_POINTER = re.compile(r"(?:\bexisting\b.*|[a-z]*pull|\btls)[~ ]?secret$|^existingsecret$")
# About a secret, and none: `TOKEN_URL`, `DB_PASSWORD_FILE`, `auth-token-ttl`.
_ABOUT = re.compile(
    r"[~ ](?:file|filename|path|name|dir|directory|ref|type|kind|ttl|expir(?:y|es|ed|ation)|ur[il]"
    r"|endpoint|host|hostname|port|addr|address|domain|namespace|ns|id|user|username|method|mode"
    r"|policy|provider|audience|issuer|algorithm|size|length|count|limit|seconds|minutes|hours"
    r"|days|age|timeout|interval|lifetime|duration|period|rotation|enabled|disabled|required"
    r"|format|prefix|backend|store|engine|version|class|location|mount|volume|service|server"
    r"|controller|manager|operator|description|scope|scopes|status|state|reviews?|requests?)$"
)
# A file is read as a text, which says itself what in it is secret.
_FILE = re.compile(
    r"\.(?:ya?ml|json|toml|ini|conf|cfg|properties|xml|env|sh|py|lua|js|md|tpl|tmpl)$"
)


@lru_cache(maxsize=16384)
def is_secret_field(key: str) -> bool:
    """Whether a field of this name holds a secret: its last word says so, ``adminPassword``.

    Of a key with a prefix (``example.com/token``) only what follows the prefix is looked at.
    """
    words = _words(key)
    if not words or _POINTER.search(words):
        return False
    return bool(_AT_THE_END.search(words)) or (_is_a_variable(key) and _says_anywhere(key, words))


@lru_cache(maxsize=4096)
def names_a_secret(name: str) -> bool:
    """Whether a variable, parameter, header or argument of this name holds a secret.

    More than a field's, for the order is free in ``TOKEN_GITHUB``; what only points to a secret
    or is about one (``DB_PASSWORD_FILE``, ``TOKEN_URL``) does not.
    """
    return is_secret_field(name) or _says_anywhere(name, _words(name))


def _words(name: str) -> str:
    """Take a name apart: ``DB_adminPassword`` becomes ``db admin~password``."""
    own = name[-LONGEST:].rpartition("/")[2]
    return _BETWEEN.sub(" ", _CAMEL.sub("~", own)).strip().lower()


def _is_a_variable(name: str) -> bool:
    return name.isupper() and "_" in name


def _says_anywhere(name: str, words: str) -> bool:
    if not _ANYWHERE.search(words) or _ABOUT.search(words) or _POINTER.search(words):
        return False
    return not _FILE.search(name)
