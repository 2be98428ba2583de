"""The route that reads a table."""

from pathlib import Path

from fastapi.testclient import TestClient

TABLE = (Path(__file__).parents[1] / "documents" / "pictures" / "table.png").read_bytes()


def test_a_table_comes_as_rows_and_cells(server: TestClient) -> None:
    answer = server.post("/api/table?columns=one_of(12,7,19);;", content=TABLE).json()
    assert answer["rows"] == [["12", "305", ""], ["7", "48", "961"], ["19", "353", "5"]]
    assert [cell["value"] for cell in answer["cells"] if cell["column"] == 0] == ["12", "7", "19"]


def test_a_kind_that_is_none_and_columns_that_are_not_there_are_told(server: TestClient) -> None:
    for columns, about in (("colour;;", "colour"), ("amount", "the table has 3")):
        answer = server.post(f"/api/table?columns={columns}", content=TABLE)
        assert answer.status_code == 422
        assert about in answer.text


def test_a_table_may_be_as_large_as_a_picture(server: TestClient) -> None:
    """Limits of JSON, of size and of names, are none for a picture's bytes."""
    answer = server.post("/api/table", content=b":" * (3 * 2**20))
    assert answer.status_code == 422
    assert "names" not in answer.text
