"""Style sheets, scripts and pictures. Bootstrap comes with a package, and is served from there."""

from importlib.metadata import files
from pathlib import Path

from aiohttp import web

_HERE = Path(__file__).parent / "static"
_PACKAGE = "bootstrap-flask"  # used for the one file that it carries, never imported
_BOOTSTRAP = "flask_bootstrap/static/bootstrap5/css/bootstrap.min.css"
_KEPT_FOR = "public, max-age=3600"


class Assets:
    """Everything that pages refer to, by name; read once."""

    def __init__(self) -> None:
        self._places = {path.name: path for path in sorted(_HERE.iterdir()) if path.is_file()}
        self._places["bootstrap.css"] = _bootstrap()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The asset of this name; 404 if there is none."""
        place = self._places.get(request.match_info["name"])
        if place is None:
            raise web.HTTPNotFound
        response = web.FileResponse(place)
        response.headers["Cache-Control"] = _KEPT_FOR
        return response


def _bootstrap() -> Path:
    found = next((it for it in files(_PACKAGE) or () if str(it) == _BOOTSTRAP), None)
    if found is None:
        raise FileNotFoundError(f"{_PACKAGE} carries no {_BOOTSTRAP}")
    return Path(str(found.locate()))
