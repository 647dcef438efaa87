"""The blueprint of the public pages and the places in their head and foot."""

from typing import Final

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from app.reports.published_methods import example_of
from app.web.presentation import amounts, navigation
from app.web.presentation.language import lazy_gettext
from app.web.presentation.navigation import Place, Section
from app.web.public import certificate_words, labels, pictures, places, unit_words

blp = Blueprint("public", __name__)
labels.install(blp)
for _name, _function in (
    ("own_place", places.own_place),
    ("sign_in_place", places.sign_in_place),
    ("staff_sign_in_place", places.staff_sign_in_place),
    ("made_picture", pictures.made_picture),
    ("example_of", example_of),
    ("unit_word", unit_words.unit_word),
    ("certificate_facts", certificate_words.facts),
    ("certificate_statement", certificate_words.statement),
    ("grams_text", amounts.grams),
):
    blp.add_app_template_global(_function, _name)

HEAD: Final = Section(
    None,
    (
        Place(lazy_gettext("减碳场景"), "compass", "public.scenarios", within=("public.scenario",)),
        Place(lazy_gettext("方法与因子"), "calculator", "public.methods", within=("public.method",)),
        Place(lazy_gettext("积分规则"), "scale", "public.rules"),
        Place(lazy_gettext("权益"), "gift", "public.offers", within=("public.offer", "public.merchants")),
        Place(
            lazy_gettext("减排量"),
            "stamp",
            "public.units",
            within=("public.unit", "public.cancellations", "public.verify", "public.certificate"),
        ),
        Place(
            lazy_gettext("公开数据"),
            "chart-column",
            "public.figures",
            within=("public.disclosure", "public.snapshot", "public.open_datasets"),
        ),
    ),
)
FOOT: Final = Section(
    None,
    (
        Place(lazy_gettext("隐私政策"), "lock", "auth.privacy"),
        Place(lazy_gettext("服务条款"), "file-text", "public.terms"),
        Place(lazy_gettext("举报"), "message-square-warning", "public.report"),
        Place(lazy_gettext("帮助"), "circle-question-mark", "public.help_page"),
        Place(lazy_gettext("无障碍"), "accessibility", "public.accessibility"),
        Place(lazy_gettext("积分规则"), "scale", "public.rules"),
    ),
)


@blp.record_once
def _tell_places(state: BlueprintSetupState) -> None:
    assert isinstance(state.app, Flask)
    navigation.offer(state.app, "public", [HEAD])
    navigation.offer(state.app, "foot", [FOOT])
