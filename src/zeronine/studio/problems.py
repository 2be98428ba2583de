"""Everything that goes wrong over HTTP, as one shape of JSON.

{"error": {"status": 413, "message": "what happened, the value, what to do next"}}
"""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from zeronine.errors import ZeronineError

RETRY_AFTER_S = "1"


class Problem(Exception):  # noqa: N818  it is an answer, not a failure of the program
    """A request that cannot be answered, with its status."""

    def __init__(self, status: int, message: str) -> None:
        """Keep the status and the message."""
        super().__init__(message)
        self.status = status
        self.message = message


def problem(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the JSON answer for a problem; a full queue says when to come again."""
    extra = {"Retry-After": RETRY_AFTER_S} if status in (429, 503) else {}
    printable = message.encode("utf-8", "replace").decode()
    body = {"error": {"status": status, "message": printable}}
    return JSONResponse(body, status, headers={**extra, **(headers or {})})


def add_handlers(app: FastAPI) -> None:
    """Give every kind of error the one shape."""
    app.add_exception_handler(Problem, _of_problem)
    app.add_exception_handler(ZeronineError, _of_user)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_fault)


async def _of_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return problem(error.status, error.message)


async def _of_user(request: Request, error: Exception) -> JSONResponse:
    return problem(422, str(error))


async def _of_validation(request: Request, error: Exception) -> JSONResponse:
    """Name the first thing that is wrong, by its place; the values sent are not repeated.

    A name that nobody knows comes before one that is missing: mostly it was meant for that.
    """
    assert isinstance(error, RequestValidationError)
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    place = ".".join(str(part) for part in first["loc"])
    json = place == "body" and "json" not in request.headers.get("content-type", "")
    hint = ": send JSON, and the header Content-Type: application/json" if json else ""
    return problem(422, f"{place}: {first['msg']}{hint}")


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    path, said = request.url.path[:80], str(error.detail)
    if error.status_code == 404:
        said = f"there is nothing at {path}: /api/openapi.json lists what there is"
    if error.status_code == 405:
        said = f"{path} does not take {request.method}: /api/openapi.json says what it takes"
    return problem(error.status_code, said, error.headers)


async def _of_fault(request: Request, error: Exception) -> JSONResponse:
    """Answer for a fault of our own; the server logs what it was."""
    return problem(500, "a fault of this program: its log has more")
