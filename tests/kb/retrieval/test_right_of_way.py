from __future__ import annotations

import threading

import pytest

from kb.retrieval.right_of_way import RightOfWay


def test_a_build_goes_on_at_once_where_nobody_searches() -> None:
    way = RightOfWay(longest=None)
    with way.searching():
        pass
    way.give()


def test_a_build_waits_for_every_search_that_runs() -> None:
    way, done = RightOfWay(longest=None), threading.Event()

    def build() -> None:
        way.give()
        done.set()

    building = threading.Thread(target=build)
    with way.searching():
        with way.searching():
            building.start()
        assert not done.is_set()
    assert done.wait(30)
    building.join()


def test_a_build_waits_no_longer_than_it_may() -> None:
    way = RightOfWay(longest=0.01)
    with way.searching():
        way.give()


def test_a_search_that_fails_is_over() -> None:
    way = RightOfWay(longest=None)
    with pytest.raises(ValueError, match="no"), way.searching():
        raise ValueError("no")
    way.give()
