"""Disclosure (信息公开): the monthly snapshots with their history, and the open data."""

import json

from flask import Response, render_template, request

from app.disclosure import queries
from app.door.access import requires
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import open_data, published_methods
from app.web.public import measures
from app.web.public.blueprint import blp


@blp.get("/disclosure")
@requires(Permission.READ_PUBLIC)
def disclosure() -> str:
    """List every monthly snapshot, the latest first, with what corrects what."""
    with transaction() as session:
        found = queries.snapshots(session)
        up_to = queries.last_day(session)
    return render_template(
        "public/disclosure.html",
        snapshots=found,
        up_to=up_to,
        corrected_by={each.corrects_id: each.number for each in found if each.corrects_id},
    )


@blp.get("/disclosure/<number>")
@requires(Permission.READ_PUBLIC)
def snapshot(number: str) -> str:
    """Show one snapshot as it was published."""
    with transaction() as session:
        found = queries.snapshot(session, number)
        editions = queries.editions(session, found.month)
        methods = {each.code: (each.zh, each.en) for each in published_methods.every(session)}
    return render_template(
        "public/snapshot.html",
        snapshot=found,
        editions=editions,
        told=json.loads(found.body),
        methods=methods,
        cell_name=measures.cell_name,
        measure_name=measures.measure_name,
        measured=measures.measured,
    )


@blp.get("/disclosure/<number>.json")
@requires(Permission.READ_PUBLIC)
def snapshot_json(number: str) -> Response:
    """Hand out a snapshot word for word: the text over which its hash was made."""
    with transaction() as session:
        found = queries.snapshot(session, number)
    return _sent(open_data.of_text(found.body), f"{number}.json")


@blp.get("/disclosure/<number>.csv")
@requires(Permission.READ_PUBLIC)
def snapshot_csv(number: str) -> Response:
    """Hand out the figures of a snapshot."""
    with transaction() as session:
        found = queries.snapshot(session, number)
    return _sent(open_data.figures_of_snapshot(found.body), f"{number}.csv")


@blp.get("/open-data")
@requires(Permission.READ_PUBLIC)
def open_datasets() -> str:
    """Describe the open data: what there is, its columns, its licence, how to check it."""
    with transaction() as session:
        up_to = queries.last_day(session)
    return render_template(
        "public/open_data.html", datasets=open_data.DATASETS, up_to=up_to, root=request.url_root.rstrip("/")
    )


@blp.get("/open-data/datapackage.json")
@requires(Permission.READ_PUBLIC)
def open_package() -> Response:
    """Describe every dataset for machines, as a Frictionless Data Package."""
    return _sent(open_data.package(), "datapackage.json")


@blp.get("/open-data/<name>.csv")
@requires(Permission.READ_PUBLIC)
def open_csv(name: str) -> Response:
    """Hand out a dataset as CSV."""
    with transaction() as session:
        found = open_data.as_csv(session, name)
    return _sent(found, f"{name}.csv")


@blp.get("/open-data/<name>.json")
@requires(Permission.READ_PUBLIC)
def open_json(name: str) -> Response:
    """Hand out a dataset as JSON."""
    with transaction() as session:
        found = open_data.as_json(session, name)
    return _sent(found, f"{name}.json")


def _sent(copy: open_data.Copy, filename: str) -> Response:
    """Answer with a file that is sent again only when it has changed, and that any site may read."""
    answer = Response(copy.body, mimetype=copy.media_type)
    answer.set_etag(copy.tag)
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    answer.make_conditional(request)
    return answer
