"""`zeronine bulk`: many pictures in, Parquet out."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from zeronine.cli.common import Model
from zeronine.cli.names import shown
from zeronine.cli.read_flags import with_read_flags
from zeronine.models import SHIPPED_NAME
from zeronine.options import ReadOptions


class On(StrEnum):
    """What runs a job."""

    processes = "processes"
    ray = "ray"


class Precision(StrEnum):
    """Which arithmetic names canvases."""

    int8 = "int8"
    float32 = "float32"


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(with_read_flags(bulk))


def bulk(
    source: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="A folder, a manifest (.csv, .parquet), tar shards, an address such as s3://bucket/folder, "
            "or canvases (.npy, .npz).",
        ),
    ],
    asked: Mapping[str, Any],
    out: Annotated[Path, typer.Option(help="The folder of the job: its plan, its rows, its report.")],
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that read [default: one a core].")
    ] = None,
    on: Annotated[On, typer.Option(help="Processes of this machine, or a Ray cluster.")] = On.processes,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Go on with the job in OUT, or begin it again.")
    ] = True,
    form: Annotated[
        Path | None, typer.Option(help="Read every page as this form: a template of `form make`.")
    ] = None,
    table: Annotated[bool, typer.Option("--table", help="Read every page's largest table.")] = False,
    model: Model = SHIPPED_NAME,
    max_megapixels: Annotated[float, typer.Option(help="The largest picture that is decoded.")] = 50.0,
    shard: Annotated[
        int | None, typer.Option(min=1, help="Rows a file [default: 500; canvases 50,000].")
    ] = None,
    precision: Annotated[
        Precision | None,
        typer.Option(help="Of canvases [default: int8 with the shipped model, which is twice as fast]."),
    ] = None,
) -> None:
    """Read a great many pictures into Parquet files: stopped anywhere, the same command goes on.

    A picture that cannot be read is a row with its error, never a stop.
    SIGTERM and Ctrl-C end the run after the shards that are under way, or drop those whole.
    """
    from zeronine.extras import check_installed

    check_installed(("pyarrow", "fsspec", "filelock"), extra="bulk")
    if on is On.ray:
        check_installed(("ray",), extra="cluster")
    from zeronine.bulk import job as jobs
    from zeronine.bulk.run import bulk as run

    done = run(
        source,
        out,
        model=model,
        options=ReadOptions(**asked),
        form=form,
        table=table,
        max_megapixels=max_megapixels,
        workers=workers,
        on=jobs.Engine(on),
        shard_size=shard,
        precision=None if precision is None else jobs.Precision(precision),
        fresh=not resume,
    )
    typer.echo(shown(done.message))
    if done.stopped is not None:
        raise typer.Exit(128 + done.stopped)
