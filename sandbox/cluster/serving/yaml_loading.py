"""YAML as the API server reads it: timestamps are texts; `yes` and `on` are booleans."""

from typing import Any

import yaml


class Loader(yaml.CSafeLoader):
    """A safe loader of plain data whose timestamps stay texts."""


def _text(loader: Loader, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)
