"""The queue loses nothing and doubles nothing: two reviewers, and a process killed at any moment."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zeronine.answers import Box
from zeronine.documents.queue import LEASE_S, Item, Queue
from zeronine.errors import QueueError


def item(index: int, confidence: float = 0.5, text: str = "12") -> Item:
    return Item(file="a.png", box=Box(index, 0, 10, 10), text=text, confidence=confidence)


def test_what_saves_most_errors_a_second_comes_first(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.add([item(0, 0.9), item(1, 0.2), item(2, 0.2, "1234567890"), item(3, 0.6)])
    order = []
    while (one := queue.next("me")) is not None:
        order.append(one.box.x)
        queue.decide(one.id, "keep", "me")
    assert order == [1, 3, 2, 0]


def test_the_same_place_is_there_once(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    assert queue.add([item(0), item(1)]) == 2
    assert queue.add([item(1), item(2)]) == 1
    assert queue.counts() == {"open": 3, "decided": 0, "expected_errors": 1.5}


def test_two_reviewers_get_different_items_and_one_decision_stands(tmp_path: Path) -> None:
    one, other = Queue(tmp_path), Queue(tmp_path)
    one.add([item(0), item(1)])
    mine, yours = one.next("me"), other.next("you")
    assert mine is not None
    assert yours is not None
    assert mine.id != yours.id
    with pytest.raises(QueueError, match="lies before me"):
        other.decide(mine.id, "keep", "you")
    one.decide(mine.id, "change", "me", "17")
    with pytest.raises(QueueError, match="decided before"):
        one.decide(mine.id, "keep", "me")
    assert [(d["decided"], d["reviewer"]) for d in other.decisions()] == [("17", "me")]


def test_an_item_that_was_lent_and_left_comes_back(tmp_path: Path) -> None:
    now = [1000.0]
    queue = Queue(tmp_path, clock=lambda: now[0])
    queue.add([item(0)])
    assert queue.next("me") is not None
    assert queue.next("you") is None
    now[0] += LEASE_S + 1
    assert queue.next("you") is not None


def test_what_was_skipped_waits_and_is_not_lost(tmp_path: Path) -> None:
    now = [1000.0]
    queue = Queue(tmp_path, clock=lambda: now[0])
    queue.add([item(0)])
    first = queue.next("me")
    assert first is not None
    queue.decide(first.id, "skip", "me")
    assert queue.next("me") is None
    assert queue.counts()["open"] == 1
    now[0] += LEASE_S + 1
    assert queue.next("me") == first


def test_decisions_are_exported_as_lines_of_json(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.add([item(0)])
    one = queue.next("me")
    assert one is not None
    queue.decide(one.id, "delete", "me")
    exported = [json.loads(line) for line in queue.export().splitlines()]
    assert [(e["text"], e["decided"], e["action"]) for e in exported] == [("12", "", "delete")]


def test_impossible_decisions_and_folders_are_refused(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    with pytest.raises(QueueError, match="no item 7"):
        queue.decide(7, "keep", "me")
    with pytest.raises(QueueError, match="no decision"):
        queue.decide(7, "burn", "me")
    (tmp_path / "file").write_text("")
    with pytest.raises(QueueError, match="cannot keep a queue"):
        Queue(tmp_path / "file")


WORKER = """
import sys
from zeronine.documents.queue import Queue
queue = Queue(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
while (one := queue.next(sys.argv[2])) is not None:
    queue.decide(one.id, "keep", sys.argv[2])
    print(one.id, flush=True)
"""


def test_killed_reviewers_lose_and_double_nothing(tmp_path: Path) -> None:
    """Two work at once and are killed at some moment, again and again: what they told of is kept, once."""
    queue = Queue(tmp_path, clock=lambda: time.time() + 2 * LEASE_S)
    queue.add(item(index) for index in range(1000))
    told: list[int] = []
    for round_ in range(4):
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", WORKER, str(tmp_path), f"{name}{round_}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in ("me", "you")
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        # Nothing where the other one was faster and left nothing to do.
        told += map(int, str(workers[0].stdout and workers[0].stdout.readline()).split())
        time.sleep(0.13 * round_)
        for worker in workers:
            os.kill(worker.pid, signal.SIGKILL)
            told += map(int, worker.communicate()[0].split())
    kept = [one["id"] for one in queue.decisions()]
    assert len(told) == len(set(told))
    assert set(told) <= set(kept)
    assert len(kept) == len(set(kept))
    counts = queue.counts()
    assert counts["open"] + counts["decided"] == 1000
    assert len(kept) > 0


def test_a_corrected_box_a_turn_and_a_missed_number_are_kept(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.add([item(0)])
    (one,) = [queue.next("me")]
    assert one is not None
    queue.add_missed(one.file, one.page, Box(50, 5, 9, 9), "7", "me")
    queue.decide(one.id, "change", "me", "13", box=Box(1, 2, 12, 11), quarters=5)
    told = [(d["action"], d["decided"], d["box"]["x"], d["quarters"]) for d in queue.decisions()]
    assert told == [("add", "7", 50, 0), ("change", "13", 1, 1)]
    assert queue.counts()["open"] == 0


def test_what_was_missed_is_kept_once_and_beside_something(tmp_path: Path) -> None:
    queue = Queue(tmp_path)
    queue.add([item(0)])
    with pytest.raises(QueueError, match="nothing of"):
        queue.add_missed("other.png", 1, Box(0, 0, 5, 5), "7", "me")
    queue.add_missed("a.png", 1, Box(70, 0, 5, 5), "7", "me")
    with pytest.raises(QueueError, match="very place"):
        queue.add_missed("a.png", 1, Box(70, 0, 5, 5), "8", "me")
    assert len(queue.decisions()) == 1


def test_a_queue_of_another_version_is_refused(tmp_path: Path) -> None:
    Queue(tmp_path)
    with sqlite3.connect(tmp_path / "review.sqlite") as database:
        database.execute("PRAGMA user_version = 7")
    database.close()
    with pytest.raises(QueueError, match="format 7"):
        Queue(tmp_path)


@pytest.mark.parametrize(
    ("action", "text", "said"),
    [
        ("delete", "12", "changes nothing here"),
        ("skip", "?", "changes nothing here"),
        ("keep", "17", "says '12' and the text is '17'"),
    ],
)
def test_a_text_that_is_not_the_decision_is_refused(
    action: str, text: str, said: str, tmp_path: Path
) -> None:
    """A client that forgot to say "change" is told, and the item stays open."""
    queue = Queue(tmp_path)
    queue.add([item(0)])
    one = queue.next("me")
    assert one is not None
    with pytest.raises(QueueError, match=said):
        queue.decide(one.id, action, "me", text)
    queue.decide(one.id, "keep", "me", "12")
    assert [d["decided"] for d in queue.decisions()] == ["12"]
