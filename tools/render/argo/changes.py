"""What was done to a rollout, in words."""

from collections.abc import Iterator, Sequence

from tools.render import JsonObject
from tools.render.argo.reading import at, items


def lifted_lines(
    before: JsonObject,
    *,
    by_hand: bool,
    reasons: Sequence[str],
    skipped: str | None,
    resumed: bool,
    blue_green: bool,
) -> Iterator[str]:
    """Say which pauses ended, which step was passed over, and what that leads to."""
    step = _step(before)
    lifted = ["the pause by hand"] if by_hand else []
    lifted += [f"{reason}{f' at {step}' if step else ''}" for reason in reasons]
    if lifted:
        yield f"Lifted: {' and '.join(lifted)}."
    if skipped is not None:
        yield f"Passed over: {step} ({skipped})."
    if resumed and any(reason.startswith("Inconclusive") for reason in reasons):
        yield (
            "The analysis without verdict runs again, and may pause again; argo_promote goes past "
            "it."
        )
    if resumed and blue_green and reasons:
        yield "For a blue-green rollout that is its promotion: the active service switches."


def _step(rollout: JsonObject) -> str:
    """Say which step it is at, the first being 1; empty without."""
    listed = items(rollout, "spec", "strategy", "canary", "steps")
    index = at(rollout, "status").get("currentStepIndex") or 0
    return f"step {index + 1} of {len(listed)}" if index < len(listed) else ""


def image_lines(changes: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """Show each container's image before and after."""
    yield from (f"  {name}: {before} → {after}" for name, before, after in changes)
