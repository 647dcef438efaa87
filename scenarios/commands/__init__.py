"""Acts on scenarios: registration, norms, methods, authorisations, profiles, intake."""

from scenarios.commands.application_drafts import end_application_draft, keep_application
from scenarios.commands.authorisations import (
    authorise,
    confirm_link,
    decline_link,
    propose_links,
    withdraw,
    withdraw_all,
)
from scenarios.commands.claims import (
    appeal_claim,
    file_claim,
    forward_claim,
    refuse_claim,
    resolve_claim,
    uphold_claim,
    withdraw_claim,
)
from scenarios.commands.method_versions import publish_version
from scenarios.commands.norms import publish_methods, publish_norm
from scenarios.commands.profiles import save_profile, try_profile
from scenarios.commands.registration import (
    agree,
    apply,
    approve,
    assess,
    change_lateness,
    delist,
    list_scenario,
    reject,
    resume,
    suspend,
    take_up,
)
from scenarios.commands.sandboxes import open_sandbox
from scenarios.commands.uploads import receive_upload

__all__ = [
    "agree",
    "appeal_claim",
    "apply",
    "approve",
    "assess",
    "authorise",
    "change_lateness",
    "confirm_link",
    "decline_link",
    "delist",
    "end_application_draft",
    "file_claim",
    "forward_claim",
    "keep_application",
    "list_scenario",
    "open_sandbox",
    "propose_links",
    "publish_methods",
    "publish_norm",
    "publish_version",
    "receive_upload",
    "refuse_claim",
    "reject",
    "resolve_claim",
    "resume",
    "save_profile",
    "suspend",
    "take_up",
    "try_profile",
    "uphold_claim",
    "withdraw",
    "withdraw_all",
    "withdraw_claim",
]
