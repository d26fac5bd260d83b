"""Every scenario by name."""

from tests.contract.cluster.scenes import (
    applying,
    deleting,
    reading,
    releasing,
    rollouts,
    subresources,
    types,
    writing,
)
from tests.contract.cluster.steps import Step

SCENARIOS: dict[str, list[Step]] = {
    **types.SCENARIOS,
    **reading.SCENARIOS,
    **writing.SCENARIOS,
    **applying.SCENARIOS,
    **deleting.SCENARIOS,
    **subresources.SCENARIOS,
    **rollouts.SCENARIOS,
    **releasing.SCENARIOS,
}
