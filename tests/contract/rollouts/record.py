"""Record the real controller: `python -m tests.contract.rollouts.record [SCENARIO…]`.

KUBECONFIG names a cluster with Argo Rollouts and nodes labelled `type=kwok`. Namespaces
`argo-sim-…` are made and deleted; scenarios are played at the same time.
"""

import asyncio
import json
import secrets
import sys

from tests.contract.rollouts.playing import ANSWERS, RealTime, play
from tests.contract.rollouts.scenarios import SCENARIOS
from tests.support.real_cluster import real_cluster

AT_ONCE = 8


async def record(names: list[str]) -> None:
    """Play scenarios and write what there was."""
    turns = asyncio.Semaphore(AT_ONCE)
    async with real_cluster() as session:

        async def one(name: str) -> None:
            namespace = f"argo-sim-{name.replace('_', '-')}-{secrets.token_hex(3)}"
            async with turns:
                shown = await play(session, RealTime(), SCENARIOS[name], namespace)
            text = json.dumps(shown, indent=1, ensure_ascii=False, sort_keys=True)
            (ANSWERS / f"{name}.json").write_text(f"{text}\n")

        outcomes = await asyncio.gather(*map(one, names), return_exceptions=True)
    for name, outcome in zip(names, outcomes, strict=True):
        if outcome is not None:
            sys.stderr.write(f"{name}: {outcome!r}\n")


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1:] or list(SCENARIOS)))
