"""What a request may ask for: whatever its route does not know is refused, in the address and beside it."""

from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute

from zeronine.studio.problems import Problem


async def only_known(request: Request) -> None:
    """Raise Problem 422 for what this route does not describe in OpenAPI.

    That is a query parameter that it does not know, one that is there twice, or a body where none is read;
    `{}` is no body.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not route.include_in_schema:
        return
    described = request.app.openapi()["paths"][route.path].get(request.method.lower(), {})
    if request.query_params:
        _check_query(request, route.path, described)
    if "requestBody" not in described and (await request.body()).strip() not in (b"", b"{}"):
        raise Problem(422, f"{route.path} reads no body: leave it away")


def _check_query(request: Request, path: str, described: dict[str, Any]) -> None:
    known = [one["name"] for one in described.get("parameters", []) if one["in"] == "query"]
    for name in request.query_params:
        if name not in known:
            these = f"it knows {', '.join(known)}" if known else "it knows none"
            raise Problem(422, f"{path} has no parameter {name[:80]!r}: {these}")
        if len(request.query_params.getlist(name)) > 1:
            raise Problem(422, f"{path} is given {name!r} twice: give it once")
