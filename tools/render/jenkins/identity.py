"""Who the credentials are."""

from tools.render import JsonObject


def signed_in(who: JsonObject) -> str:
    """Say the user, its full name where that is another, the server, and the groups."""
    named = f" ({who['fullName']})" if who["fullName"] not in ("", who["id"]) else ""
    version = f", Jenkins {who['version']}" if who["version"] else ""
    groups = f"\nAuthorities: {', '.join(who['authorities'])}" if who["authorities"] else ""
    return f'Signed in as "{who["id"]}"{named} at {who["url"]}{version}.{groups}'
