"""What is left wrong after a look at what the queue shows first, counted on answers that are made up."""

from pathlib import Path

import queue_worth as script
from real import Case
from scoring import Answer, Said
from zeronine.documents.queue import Queue

#: (truth, read, how sure): the second and the last are wrong, and only one of them is unsure
READ = [("120", "120", 0.99), ("7.50", "760", 0.2), ("31", "31", 0.6), ("48", "43", 0.97)]
PAIRS = [
    (Case(f"{n}.png", Path(f"{n}.png"), truth), Answer((Said(text, sure, 0),)))
    for n, (truth, text, sure) in enumerate(READ)
]


def test_the_queue_shows_the_unsure_first_and_errors_go_as_they_are_looked_at(tmp_path: Path) -> None:
    told = script.errors_left(PAIRS, Queue(tmp_path), (0.25, 0.5, 1.0))
    assert (told["pictures"], told["wrong before"]) == (4, 2)
    assert [told[f"after {part}%"]["wrong"] for part in (25, 50, 100)] == [1, 1, 0]
    assert (told["after 50%"]["left"], told["after 50%"]["left at best"]) == (0.5, 0.0)
    assert told["after 25%"]["expected"] == round(0.01 + 0.4 + 0.03, 3)


def test_what_a_rival_says_otherwise_is_shown_earlier(tmp_path: Path) -> None:
    told = script.errors_left(PAIRS, Queue(tmp_path), (0.5,), [1.0, 1.0, 1.0, script.DIFFER])
    assert told["after 50%"]["wrong"] == 0


def test_agreement_is_worth_what_the_answers_that_agree_are(tmp_path: Path) -> None:
    told = script.agreement(PAIRS, ["120", "750", "31", "43"])
    assert (told["both the same"]["right"], told["both the same"]["count"]) == (3, 4)
    assert told["right where both are the same"]["right"] == 2
    assert told["ours right where they differ"]["right"] == 0
    assert told["RapidOCR right where they differ"]["right"] == 1
