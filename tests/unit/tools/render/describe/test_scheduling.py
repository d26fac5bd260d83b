"""PriorityClasses read as kubectl describes them."""

import pytest

from tests.support.recorded_descriptions import Recording, recordings


@pytest.mark.parametrize("priority_class", recordings("scheduling"))
def test_a_priority_class_reads_as_kubectl_describes_it(priority_class: Recording):
    assert priority_class.described() == priority_class.kubectl
