"""Send what a door answers with, written as JSON where it was made.

FastAPI would wait for a thread once more to check a model that was checked when it was made, and
write it on the event loop.
"""

from __future__ import annotations

from fastapi import Response
from pydantic import BaseModel


def send_json(model: BaseModel) -> Response:
    """A response of the model's JSON."""
    return Response(model.model_dump_json(), media_type="application/json")
