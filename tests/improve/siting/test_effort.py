import dataclasses

import pytest

from linli.improve.siting import Effort


def test_it_is_frozen_and_has_no_time_limit_unless_given_one():
    effort = Effort()
    assert effort.time_limit_s is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        effort.gap = 0.5
