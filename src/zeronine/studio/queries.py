"""What a request's address may ask for: a query parameter that a route does not know is refused."""

from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute

from zeronine.studio.problems import Problem


async def only_known(request: Request) -> None:
    """Raise Problem 422 for a query parameter that this route does not describe in OpenAPI."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute) or not route.include_in_schema:
        return
    known = _names(request.app.openapi(), route.path, request.method)
    for name in request.query_params:
        if name not in known:
            these = f"it knows {', '.join(known)}" if known else "it knows none"
            raise Problem(422, f"{route.path} has no parameter {name[:80]!r}: {these}")


def _names(openapi: dict[str, Any], path: str, method: str) -> list[str]:
    described = openapi["paths"][path].get(method.lower(), {}).get("parameters", [])
    return [one["name"] for one in described if one["in"] == "query"]
