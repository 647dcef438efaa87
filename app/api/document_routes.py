"""The API's document and its page (接口文档), served from this host alone."""

from flask import Blueprint, Response, current_app, jsonify, render_template

from app.door.access import requires
from app.kernel.permissions import Permission

document = Blueprint("api-document", __name__, url_prefix="/api/v1", template_folder="templates")


@document.get("/openapi.json")
@requires(Permission.READ_PUBLIC)
def openapi() -> Response:
    """Return the OpenAPI 3.1 document."""
    return jsonify(current_app.extensions["tanhuitong-openapi"])


@document.get("/docs")
@requires(Permission.READ_PUBLIC)
def docs() -> str:
    """Show the document in a browser."""
    return render_template("api/docs.html")
