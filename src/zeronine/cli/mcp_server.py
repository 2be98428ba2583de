"""`zeronine mcp`: one tool for assistants that speak the Model Context Protocol, over stdin and stdout."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zeronine.cli.common import Model
from zeronine.errors import OptionError, PictureError, ZeronineError
from zeronine.models import SHIPPED_NAME

if TYPE_CHECKING:
    from zeronine.reading.reader import Reader


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(mcp)


def mcp(
    model: Model = SHIPPED_NAME,
    max_megapixels: Annotated[float, typer.Option(help="The largest picture that is decoded.")] = 50.0,
) -> None:
    """Serve one tool over stdin and stdout to an assistant that speaks MCP: read this file."""
    from zeronine.extras import need
    from zeronine.reading.reader import Reader

    need("mcp", extra="mcp")
    server_of(Reader(model, max_megapixels=max_megapixels)).run()


def server_of(reader: "Reader") -> Any:
    """Return the server with its one tool."""
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError

    from zeronine import __version__

    server = MCPServer("zeronine", version=__version__)

    @server.tool()
    def read_file(path: str, page: int = 1, table: bool = False, expect: str | None = None) -> dict[str, Any]:
        """Read the handwritten digits and numbers of a picture or of a PDF's page.

        `table` gives rows and cells.  `expect`, which is not for tables, says what is known of the
        picture: a count (4), a pattern (dddd-dd) or a kind such as amount, date(order=dmy), check(iban).
        Each answer has a confidence in [0, 1]; below about 0.9 a person should look.
        """
        try:
            return read_page(reader, Path(path), page=page, table=table, expect=expect)
        except ZeronineError as error:
            raise ToolError(str(error)) from None

    return server


def read_page(
    reader: "Reader", path: Path, *, page: int = 1, table: bool = False, expect: str | None = None
) -> dict[str, Any]:
    """Return the reading, or the table, of one page of a file as plain data."""
    from zeronine.documents.tables import read_table
    from zeronine.reading.load import load_pages

    if page < 1:
        raise OptionError(f"page is {page}: pages are counted from 1", field="page", value=page)
    if table and expect is not None:
        raise OptionError(
            "expect changes nothing here, a table is read cell by cell: leave it out",
            field="expect",
            value=expect,
        )
    pages = load_pages(path, max_megapixels=reader.max_megapixels)
    grey = next(islice(pages, page - 1, None), None)
    if grey is None:
        raise PictureError(f"{path} has no page {page}: ask for an earlier one", file=path)
    if table:
        return read_table(grey, reader=reader).to_dict()
    return reader.read(grey, expect=expect).to_dict()
