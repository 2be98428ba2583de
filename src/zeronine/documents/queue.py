"""A queue for people: what was read and is unsure, the most useful first; every decision is kept.

Kept in one SQLite file (write-ahead log) in the working folder.  Each change is one transaction, so a
process may be killed anywhere and nothing is lost; an item is lent to one reviewer for a while and decided
once, so two of them do no harm.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zeronine.answers import Box
from zeronine.errors import QueueError

FILE = "review.sqlite"
LEASE_S = 600.0  #: an item that was lent and not decided goes to the next one after so long
FIXED_S, PER_CHARACTER_S = 1.5, 0.6  #: seconds that a person takes to look at an item: assumed, not measured
ACTIONS = ("keep", "change", "delete", "skip")
FORMAT = 2  #: of the file: SQLite's user_version

SCHEMA = """
CREATE TABLE IF NOT EXISTS items (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL, page INTEGER NOT NULL, field TEXT NOT NULL,
    x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    text TEXT NOT NULL, confidence REAL NOT NULL,
    lent_to TEXT, lent_until REAL NOT NULL DEFAULT 0,
    UNIQUE (file, page, field, x, y, width, height)
);
CREATE TABLE IF NOT EXISTS decisions (
    item INTEGER PRIMARY KEY REFERENCES items (id),
    action TEXT NOT NULL, text TEXT NOT NULL, reviewer TEXT NOT NULL, at REAL NOT NULL,
    x INTEGER, y INTEGER, width INTEGER, height INTEGER, quarters INTEGER NOT NULL
);
"""
ITEM = "id, file, page, field, items.x, items.y, items.width, items.height, items.text, confidence"
BENEFIT = f"(1 - confidence) / ({FIXED_S} + {PER_CHARACTER_S} * length(items.text))"
OPEN = "FROM items LEFT JOIN decisions ON item = id WHERE item IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One text that was read somewhere."""

    file: str
    page: int = 1  #: from 1
    field: str = ""  #: of a form, or the cell of a table; "" for a number of a page
    box: Box  #: in pixels of the picture
    text: str
    confidence: float
    id: int = 0  #: in the queue; 0 before it is there

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        names = ("id", "file", "page", "field", "text")
        return {name: getattr(self, name) for name in names} | {
            "confidence": round(self.confidence, 4),
            "box": self.box.to_dict(),
        }


class Queue:
    """The items of a working folder, and what people decided about them."""

    def __init__(self, folder: str | Path, *, clock: Callable[[], float] = time.time) -> None:
        """Open the queue of a folder, or make it; raise QueueError where that cannot be."""
        self.path = Path(folder) / FILE
        self._clock = clock
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as database:
                format, tables = database.execute(
                    "SELECT user_version, (SELECT count(*) FROM sqlite_master) FROM pragma_user_version"
                ).fetchone()
                if format != FORMAT and (format, tables) != (0, 0):
                    raise QueueError(
                        f"{self.path}: has format {format}, this version keeps {FORMAT}: take another folder",
                        file=self.path,
                    )
                database.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
        except (OSError, sqlite3.Error) as error:
            raise QueueError(f"{self.path}: cannot keep a queue there ({error})", file=self.path) from None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Give a connection of this call's own; what it does is kept as a whole or not at all."""
        with closing(sqlite3.connect(self.path, timeout=30.0, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = FULL")
            yield database

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    def add(self, items: Iterable[Item]) -> int:
        """Put items in; return how many were new.  The same place of the same page is there once."""
        rows = [
            (i.file, i.page, i.field, i.box.x, i.box.y, i.box.width, i.box.height, i.text, i.confidence)
            for i in items
        ]
        with self._change() as database:
            before = database.total_changes
            database.executemany(
                "INSERT OR IGNORE INTO items (file, page, field, x, y, width, height, text, confidence) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            return database.total_changes - before

    def next(self, reviewer: str) -> Item | None:
        """Lend the open item whose look saves most expected errors a second; None where none is left."""
        now = self._clock()
        with self._change() as database:
            row = database.execute(
                f"SELECT {ITEM} {OPEN} AND (lent_until <= ? OR lent_to = ?) "
                f"ORDER BY {BENEFIT} DESC, id LIMIT 1",
                (now, reviewer),
            ).fetchone()
            if row is None:
                return None
            database.execute(
                "UPDATE items SET lent_to = ?, lent_until = ? WHERE id = ?", (reviewer, now + LEASE_S, row[0])
            )
        return _item(row)

    def decide(
        self,
        item: int,
        action: str,
        reviewer: str,
        text: str = "",
        *,
        box: Box | None = None,
        quarters: int = 0,
    ) -> None:
        """Keep a decision: "keep" the text, "change" it, "delete" what is no number, "skip" for later.

        `text` is for "change"; beside "keep" it may be the text that is kept.
        `box` is where it stands, if that was corrected, and `quarters` how many quarters of a turn,
        counterclockwise, bring it upright.
        Raises QueueError for an item that is not there, is lent to somebody else, or was decided before.
        """
        if action not in ACTIONS:
            raise QueueError(f"{action!r} is no decision: it is one of {', '.join(ACTIONS)}", value=action)
        if action in ("delete", "skip") and text:
            raise QueueError(
                f"the text {text!r} changes nothing here: to keep it, the action is 'change'", value=text
            )
        now = self._clock()
        with self._change() as database:
            row = database.execute(
                "SELECT text, lent_to, lent_until FROM items WHERE id = ?", (item,)
            ).fetchone()
            if row is None:
                raise QueueError(f"the queue has no item {item}", value=item)
            if row[1] not in (None, reviewer) and row[2] > now:
                raise QueueError(f"item {item} lies before {row[1]}: take the next one", value=item)
            if action == "skip":
                database.execute(
                    "UPDATE items SET lent_to = '', lent_until = ? WHERE id = ?", (now + LEASE_S, item)
                )
                return
            if action == "keep" and text not in ("", row[0]):
                raise QueueError(
                    f"item {item} says {row[0]!r} and the text is {text!r}: the action for that is 'change'",
                    value=text,
                )
            final = {"keep": row[0], "change": text, "delete": ""}[action]
            try:
                _keep(database, (item, action, final, reviewer, now), box, quarters)
            except sqlite3.IntegrityError:
                raise QueueError(f"item {item} was decided before: take the next one", value=item) from None

    def add_missed(
        self, file: str, page: int, box: Box, text: str, reviewer: str, *, quarters: int = 0
    ) -> int:
        """Keep a text that the reader missed, decided as it comes; return its item.

        Raises QueueError where the queue has no other item of that file, or one in that very place.
        """
        now = self._clock()
        place = (file, page, "", box.x, box.y, box.width, box.height)
        with self._change() as database:
            if not database.execute("SELECT 1 FROM items WHERE file = ? LIMIT 1", (file,)).fetchone():
                raise QueueError(f"the queue has nothing of {file!r}: add pictures to it first", value=file)
            try:
                item = database.execute(
                    "INSERT INTO items (file, page, field, x, y, width, height, text, confidence) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, '', 0)",
                    place,
                ).lastrowid
            except sqlite3.IntegrityError:
                raise QueueError("an item stands in this very place: change its text", value=box) from None
            assert item is not None
            _keep(database, (item, "add", text, reviewer, now), None, quarters)
        return item

    def item(self, item: int) -> Item:
        """Return an item; raise QueueError where there is none."""
        with self._open() as database:
            row = database.execute(f"SELECT {ITEM} FROM items WHERE id = ?", (item,)).fetchone()
        if row is None:
            raise QueueError(f"the queue has no item {item}", value=item)
        return _item(row)

    def counts(self) -> dict[str, float]:
        """Return how many are open and decided, and how many errors are expected among the open ones."""
        with self._open() as database:
            count, errors = database.execute(f"SELECT count(*), total(1 - confidence) {OPEN}").fetchone()
            decided = database.execute("SELECT count(*) FROM decisions").fetchone()[0]
        return {"open": count, "decided": decided, "expected_errors": round(errors, 3)}

    def decisions(self) -> list[dict[str, Any]]:
        """Return every decision with its item, in the order in which they were made."""
        with self._open() as database:
            rows = database.execute(
                f"SELECT {ITEM}, action, decisions.text, reviewer, at, quarters, decisions.x, decisions.y, "
                "decisions.width, decisions.height FROM decisions JOIN items ON item = id ORDER BY at, id"
            ).fetchall()
        return [_decision(row) for row in rows]

    def export(self) -> str:
        """Return every decision as a line of JSON."""
        return "".join(f"{json.dumps(one)}\n" for one in self.decisions())


def _keep(database: sqlite3.Connection, decision: tuple[Any, ...], box: Box | None, quarters: int) -> None:
    place = (None,) * 4 if box is None else (box.x, box.y, box.width, box.height)
    database.execute(
        "INSERT INTO decisions (item, action, text, reviewer, at, x, y, width, height, quarters) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*decision, *place, quarters % 4),
    )


def _decision(row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a decision with its item; its box is the corrected one, where there is one."""
    decision = _item(row[:10]).to_dict()
    decision |= dict(zip(("action", "decided", "reviewer", "at", "quarters"), row[10:15], strict=True))
    if row[15] is not None:
        decision["box"] = Box(*row[15:19]).to_dict()
    return decision


def _item(row: tuple[Any, ...]) -> Item:
    return Item(
        id=row[0], file=row[1], page=row[2], field=row[3], box=Box(*row[4:8]), text=row[8], confidence=row[9]
    )
