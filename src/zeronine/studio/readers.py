"""Processes that strangers' pictures are read in: limited by the system, killed and replaced.

Decoders and everything after them see bytes that somebody sent.  So they run where nothing is lost:
each picture has its own processor time and each process its own memory, which the system enforces;
a process that goes over them, crashes, or has grown fat is replaced, and no other reading is touched.
What comes back is JSON, never a pickle, so that a process that was taken over has nothing to say but text.
"""

import json
import logging
import multiprocessing
import queue
import signal
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

from zeronine.errors import ZeronineError
from zeronine.studio.problems import Problem
from zeronine.studio.reading import Work, serve

LOG = logging.getLogger(__name__)
FATAL = tuple(-getattr(signal, name, 0) for name in ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV"))
#: exit codes of a process that its own work ended: no memory left in C++, or a decoder's bug
MOST_ANSWER_BYTES = 256 * 2**20

Answer = dict[str, Any]  #: plain data for JSON


class Readers(Executor):
    """Some processes that each do one thing at a time; `submit` takes functions that give plain data."""

    def __init__(self, count: int, *, cpu_s: float, timeout_s: float) -> None:
        """Keep `count` processes, each started when it is first needed.

        A picture may take `cpu_s` of processor time, and `timeout_s` by the clock.
        """
        self._threads = ThreadPoolExecutor(count, "readers")
        self._readers = [_Reader(cpu_s, timeout_s) for _ in range(count)]
        self._free: queue.SimpleQueue[_Reader] = queue.SimpleQueue()
        for reader in self._readers:
            self._free.put(reader)

    def submit(self, work: Any, /, *given: Any, **named: Any) -> Future[Any]:
        """Do `work(*given)` in a process; the future raises what it raised, or Problem 422 or 503."""
        return self._threads.submit(self._do, work, given)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, whatever they do."""
        for reader in self._readers:
            reader.close()
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _do(self, work: Work, given: tuple[Any, ...]) -> Answer:
        reader = self._free.get()
        try:
            return reader.do(work, given)
        finally:
            self._free.put(reader)


class _Reader:
    """One process at a time."""

    def __init__(self, cpu_s: float, timeout_s: float) -> None:
        self._cpu_s, self._timeout_s = cpu_s, timeout_s
        self._process: Any = None
        self._channel: Connection | None = None
        self._closed = False
        self._lock = threading.Lock()

    def do(self, work: Work, given: tuple[Any, ...]) -> Answer:
        """Return what the work gives, or raise what it raised."""
        channel = self._begin()
        try:
            channel.send((work, given))
            if not channel.poll(self._timeout_s):
                self._end()
                raise _too_long(self._timeout_s)
            said = json.loads(channel.recv_bytes(MOST_ANSWER_BYTES))
        except (OSError, EOFError, ValueError):
            raise self._died() from None
        if said.get("fat"):
            self._end()
        if "error" in said:
            raise ZeronineError.from_dict(said["error"])
        if "fault" in said:
            raise Problem(500, "the picture could not be read, by a fault of this program: its log has more")
        answer: Answer = said["answer"]
        return answer

    def close(self) -> None:
        """End the process, and start no other."""
        self._closed = True
        self._end()

    def _begin(self) -> Connection:
        """Return the channel to the process, started if there is none."""
        with self._lock:
            if self._closed:
                raise Problem(503, "the studio is being closed")
            if self._channel is None or not self._process.is_alive():
                context = multiprocessing.get_context("spawn")
                self._channel, theirs = context.Pipe()
                self._process = context.Process(target=serve, args=(theirs, self._cpu_s), daemon=True)
                self._process.start()
                theirs.close()
            return self._channel

    def _end(self) -> None:
        """Kill the process; the next work starts another."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.join()
            if self._channel is not None:
                self._channel.close()
            self._channel = None

    def _died(self) -> Problem:
        """Return the answer for a process that ended by itself, with the reason that the system tells."""
        if self._closed:
            return Problem(503, "the studio is being closed")
        process = self._process
        process.join(1)
        code = process.exitcode
        self._end()
        if code in (-getattr(signal, "SIGXCPU", 24), -getattr(signal, "SIGPROF", 27)):
            return _too_long(self._cpu_s)
        LOG.warning("a process that reads pictures ended with %s", code)
        if code in FATAL:
            return Problem(422, "this picture ended the process that read it: send another, or save it anew")
        return Problem(503, "the process that read this ended: send it again, or send another picture")


def _too_long(seconds: float) -> Problem:
    return Problem(422, f"reading takes more than {seconds:g} s: send a smaller or a plainer picture")
