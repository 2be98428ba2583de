"""Round every call of a decoder: its warnings are kept quiet, its exceptions become one PictureError."""

import threading
import warnings
from collections.abc import Callable
from types import TracebackType
from typing import Any

from zeronine.errors import PictureError, ZeronineError


class _Quiet:
    """`with quiet:` ignores warnings, also when several threads decode at once.

    `warnings.catch_warnings` alone restores a wrong state when two threads leave it in another order
    than they entered; here the first to enter saves the state and the last to leave restores it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._saved: warnings.catch_warnings[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._saved = warnings.catch_warnings()
                self._saved.__enter__()
                warnings.simplefilter("ignore")
            self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._saved is not None:
                self._saved.__exit__(None, None, None)
                self._saved = None


quiet = _Quiet()


def guarded(step: Callable[..., Any], *inputs: Any, name: str) -> Any:
    """Run one step of decoding, silently; whatever goes wrong is a PictureError that names the picture."""
    try:
        with quiet:
            return step(*inputs)
    except ZeronineError:
        raise
    except MemoryError:
        raise PictureError(f"{name}: there is not enough memory to decode it: scale it down") from None
    except Exception as error:  # noqa: BLE001  decoders meet damage with every kind of exception
        what = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
        raise PictureError(f"{name} is damaged or cut short ({what}): save or send it again") from None
