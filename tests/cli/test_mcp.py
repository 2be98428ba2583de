"""The MCP server, talked to over stdin and stdout as an assistant does."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the protocol's package is not installed: pip install '.[mcp]'")

import anyio
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from zeronine.cli.mcp_server import read_page
from zeronine.errors import ZeronineError
from zeronine.reading.reader import Reader

TABLE = Path(__file__).parents[1] / "documents" / "pictures" / "table.png"


async def asked(*questions: dict[str, Any]) -> tuple[list[str], list[Any]]:
    """Return the names of the tools, and what each question is answered."""
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "zeronine", "mcp"], env=dict(os.environ)
    )
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        await session.initialize()
        names = [tool.name for tool in (await session.list_tools()).tools]
        return names, [await session.call_tool("read_file", one) for one in questions]


def test_an_assistant_reads_a_file_and_is_told_what_cannot_be_read() -> None:
    names, (table, missing) = anyio.run(
        asked, {"path": str(TABLE), "table": True}, {"path": str(TABLE.with_name("none.png"))}
    )
    assert names == ["read_file"]
    said = json.loads(table.content[0].text)
    assert said["rows"] == [["12", "305", ""], ["7", "48", "961"], ["19", "353", "5"]]
    assert "none.png" in missing.content[0].text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"page": 0}, "page is 0"),
        ({"page": 2}, "has no page 2"),
        ({"table": True, "expect": "amount"}, "expect changes nothing here"),
    ],
)
def test_what_does_not_apply_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ZeronineError, match=said):
        read_page(Reader(), TABLE, **asked)
