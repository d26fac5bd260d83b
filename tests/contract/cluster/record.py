"""Record the real API server's answers: `python -m tests.contract.cluster.record [SCENARIO…]`.

KUBECONFIG names the server. Namespaces `contract-…` are made and deleted.
"""

import asyncio
import json
import secrets
import sys

from tests.contract.cluster.playing import ANSWERS, play
from tests.contract.cluster.scenarios import SCENARIOS
from tests.support.real_cluster import real_cluster


async def record(names: list[str]) -> None:
    """Play scenarios and write what was answered."""
    async with real_cluster() as session:
        for name in names or SCENARIOS:
            namespace = f"contract-{name.replace('_', '-')}-{secrets.token_hex(3)}"
            answers = await play(session, SCENARIOS[name], namespace)
            text = json.dumps(answers, indent=1, ensure_ascii=False, sort_keys=True)
            (ANSWERS / f"{name}.json").write_text(f"{text}\n")


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1:]))
