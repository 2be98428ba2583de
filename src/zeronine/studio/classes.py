"""The route of the class's board; in a studio of one person it says that there is no class."""

from typing import Any

from fastapi import APIRouter, Request

from zeronine.studio.state import InStudio

router = APIRouter(prefix="/api")


@router.get("/class")
async def board(request: Request, studio: InStudio) -> dict[str, Any]:
    """Show the figures of everybody's runs, and to the teacher the address and its QR code."""
    room = studio.classroom
    if room is None:
        return {"class": False}
    pupil = request.scope.get("pupil")
    said: dict[str, Any] = {
        "class": True,
        "pupils": len(room),
        "you": pupil.number if pupil else None,
        "board": room.board(studio.everybody),
    }
    if pupil is None:
        from zeronine.studio.serve import class_address, qr_picture

        address = class_address(studio.settings)
        said |= {"address": address, "qr": qr_picture(address)}
    return said
