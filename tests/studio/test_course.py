"""The course's facts over HTTP: computed once, whoever asks."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import Mock

import pytest

from zeronine.lesson import facts as lesson_facts
from zeronine.studio import course


@pytest.mark.usefixtures("mnist")
def test_the_facts_come_with_their_pictures(server: Any) -> None:
    said = server.get("/api/lesson").json()
    assert said["data"]["favourite"] == 1
    assert said["data"]["samples"]["count"] == len(said["data"]["labels"])
    assert said["look"]["averages"]["count"] == 10
    assert len(said["slope"]["rates"]) == len(said["slope"]["after"])
    assert set(said["switches"]) == set(lesson_facts.SWITCHES)


@pytest.mark.usefixtures("mnist")
def test_a_class_that_comes_at_once_has_one_computation(monkeypatch: pytest.MonkeyPatch) -> None:
    computing = Mock(wraps=lesson_facts.facts)
    monkeypatch.setattr(lesson_facts, "facts", computing)
    course._lesson_data.cache_clear()
    with ThreadPoolExecutor(4) as pupils:
        said = list(pupils.map(lambda _: course.lesson_data(None), range(4)))
    assert computing.call_count == 1
    assert all(one is said[0] for one in said)
