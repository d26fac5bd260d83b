"""Every scenario by name, for the real controller and the simulated one alike."""

from tests.contract.rollouts.acts import Act
from tests.contract.rollouts.scenes import analysis, blue_green, canary, other

SCENARIOS: dict[str, list[Act]] = {
    **canary.SCENARIOS,
    **analysis.SCENARIOS,
    **blue_green.SCENARIOS,
    **other.SCENARIOS,
}
