"""The web application: its routes, in the order of the guards that a request passes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles

from zeronine import __version__
from zeronine.models import MODEL_VERSION
from zeronine.studio import answering, classes, course, explain, hands, learning, living, pictures, review
from zeronine.studio.limits import BodyLimit
from zeronine.studio.metrics import Measure
from zeronine.studio.problems import add_handlers
from zeronine.studio.queries import only_known
from zeronine.studio.security import Guard
from zeronine.studio.settings import Settings
from zeronine.studio.state import InStudio, Studio

STATIC = Path(__file__).with_name("static")
ROOMS = ("/", "/draw", "/why", "/live", "/teach", "/train", "/read", "/learn", "/review", "/class")


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the studio as an ASGI application; its models are opened once, when it starts."""
    studio = Studio(settings or Settings())
    app = FastAPI(
        title="Zeronine studio",
        version=__version__,
        description="Handwritten digits: read, classify, explain, train.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        dependencies=[Depends(only_known)],
    )
    app.state.studio = studio
    for part in (answering, pictures, review, explain, learning, course, classes, hands, living):
        app.include_router(part.router)
    app.add_api_route("/healthz", healthz)
    app.add_api_route("/metrics", metrics, response_class=PlainTextResponse)
    for room in ROOMS:
        app.add_api_route(room, page, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC))
    add_handlers(app)
    app.add_middleware(BodyLimit, settings=studio.settings)  # the last added is passed first
    app.add_middleware(Guard, settings=studio.settings, classroom=studio.classroom)
    app.add_middleware(Measure, metrics=studio.metrics)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    studio: Studio = app.state.studio
    studio.open()
    try:
        yield
    finally:
        await studio.close()


async def page() -> FileResponse:
    """Serve the one page; it shows the room that its address names."""
    return FileResponse(STATIC / "index.html")


async def healthz() -> dict[str, str]:
    """Say that the studio answers."""
    return {"status": "ok", "version": __version__, "model_version": MODEL_VERSION}


async def metrics(studio: InStudio) -> PlainTextResponse:
    """Give counts and times for Prometheus."""
    gauges = (
        ("canvases_waiting", "Canvases before or in the network.", studio.batcher.waiting),
        ("runs_active", "Runs waiting or training.", studio.trainings.active),
        ("pictures_waiting", "Pictures waiting or being read.", studio.readers.busy),
        ("explanations_waiting", "Canvases waiting or being explained.", studio.thinkers.busy),
    )
    return PlainTextResponse(studio.metrics.text(gauges), media_type="text/plain; version=0.0.4")
