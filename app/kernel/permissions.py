"""Permissions, the roles that hold them, and the audiences of the web (权限)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Audience(StrEnum):
    """Who a part of the web is for."""

    PUBLIC = "public"
    CITIZEN = "citizen"
    MERCHANT = "merchant"
    SCENARIO_HOST = "scenario_host"
    OPERATOR = "operator"
    PROJECT_OWNER = "project_owner"
    VERIFIER = "verifier"
    AGENCY = "agency"
    EXPERT = "expert"
    BUREAU = "bureau"
    DISTRICT_BUREAU = "district_bureau"
    ALLOWANCE_UNIT = "allowance_unit"
    EXCHANGE = "exchange"
    TRADER = "trader"
    PERSONNEL = "personnel"
    ADMINISTRATION = "administration"


class Permission(StrEnum):
    """What a route, a job or a command may be asked to do. Each route names exactly one."""

    # everybody, signed in or not
    READ_PUBLIC = "public.read"
    SIGN_IN = "public.sign_in"
    REPORT_WRONGDOING = "wrongdoing.report"
    FILE_OPINION = "opinion.file"
    # anyone signed in
    USE_OWN_SESSION = "session.own"
    # citizen
    APPLY_FOR_ACCOUNT = "account.apply"
    READ_OWN_ACCOUNT = "account.read_own"
    CLOSE_OWN_ACCOUNT = "account.close_own"
    AUTHORISE_SCENARIO = "authorisation.own"
    REDEEM_OWN_POINTS = "points.redeem_own"
    OBJECT_TO_CORRECTION = "correction.object_own"
    CLAIM_MISSING_BEHAVIOUR = "claim.own"
    # merchant and scenario host
    MANAGE_OWN_STAFF = "staff.manage_own"
    # merchant
    APPLY_AS_MERCHANT = "merchant.apply"
    MANAGE_OWN_OFFERS = "offer.manage_own"
    SETTLE_REDEMPTIONS = "redemption.settle"
    LEAVE_AS_MERCHANT = "merchant.leave"
    # scenario host
    APPLY_FOR_SCENARIO = "scenario.apply"
    AGREE_AS_HOST = "scenario.agree_host"
    UPLOAD_BEHAVIOURS = "behaviour.upload"
    READ_OWN_UPLOADS = "upload.read_own"
    MANAGE_PROFILES = "profile.manage"
    MANAGE_API_KEYS = "api_key.manage"
    MANAGE_WEBHOOKS = "webhook.manage"
    PROPOSE_LINKS = "authorisation.propose"
    # operator
    ASSESS_SCENARIO = "scenario.assess"
    LIST_SCENARIO = "scenario.list"
    ADMIT_MERCHANT = "merchant.admit"
    MANAGE_SHELF = "offer.shelve"
    PUBLISH_RULES = "rule.publish"
    CORRECT_DISCLOSURE = "disclosure.correct"
    REVIEW_HELD_ROWS = "behaviour.review"
    PROPOSE_CORRECTION = "correction.propose"
    CONFIRM_CORRECTION = "correction.confirm"
    ANSWER_CLAIMS = "claim.answer"
    DECIDE_APPEALS = "claim.decide_appeal"
    RESTRICT_ACCOUNT = "account.restrict"
    SEE_OPERATIONS = "operations.read"
    # Bureau
    APPROVE_SCENARIO = "scenario.approve"
    APPOINT_OPERATOR = "operator.appoint"
    SET_TARGETS = "target.set"
    SUPERVISE = "supervision.read"
    HANDLE_WRONGDOING = "wrongdoing.handle"
    KEEP_CREDIT_LIST = "credit_list.keep"
    # the bureaux of districts, on what lies in their own area
    SUPERVISE_AREA = "supervision.read_area"
    ANNOTATE_AREA = "supervision.annotate_area"
    # whoever uses a methodology or is touched by it
    PROPOSE_METHODOLOGY = "methodology.propose"
    # owners and holders of certified reductions
    APPLY_TO_REGISTRY = "registry.apply"
    MOVE_OWN_UNITS = "unit.move_own"
    BRING_PAPERS = "registry.paper"
    # the agency that keeps the registry
    REVIEW_REGISTRY_CASES = "registry.review"
    PROPOSE_REGISTRY_ACT = "registry.propose"
    CONFIRM_REGISTRY_ACT = "registry.confirm"
    OPEN_HOLDING_ACCOUNT = "holding_account.open"
    ASSIGN_EXPERTS = "expert.assign"
    INSPECT_PROJECTS = "registry.inspect"
    # the Bureau, on projects and batches, and on who and what may serve them
    ISSUE_REGISTRATION_LETTER = "registry.letter"
    ENTRUST_INSTITUTIONS = "institution.entrust"
    RECOGNISE_BODIES = "vvb.recognise"
    DECIDE_METHODOLOGIES = "methodology.decide"
    INVITE_EXPERTS = "expert.invite"
    # the Bureau and the exchange, on units and what they are used for
    KEEP_LISTS_OF_UNITS = "unit.lists"
    ORDER_CANCELLATION = "unit.order"
    SET_OFFSET_RULES = "offset.rules"
    DECIDE_OFFSETS = "offset.decide"
    APPLY_FOR_OFFSET = "offset.apply"
    RUN_THE_EXCHANGE = "trade.exchange"
    # bodies that validate and verify
    FILE_VV_REPORT = "registry.vv_report"
    # experts, on what they were assigned to
    FILE_EXPERT_OPINION = "expert.opinion"
    # whoever runs the machine
    RUN_THE_MACHINE = "machine.run"
    READ_METRICS = "machine.metrics"


class Role(StrEnum):
    """A role within an organisation, or of a citizen; it holds permissions."""

    CITIZEN = "citizen"
    MERCHANT_CLERK = "merchant_clerk"
    MERCHANT_MANAGER = "merchant_manager"
    HOST_STAFF = "host_staff"
    HOST_CLERK = "host_clerk"
    OPERATOR_OFFICER = "operator_officer"
    OPERATOR_REVIEWER = "operator_reviewer"
    BUREAU_OFFICER = "bureau_officer"
    DISTRICT_OFFICER = "district_officer"
    OWNER_STAFF = "owner_staff"
    ALLOWANCE_STAFF = "allowance_staff"
    VVB_STAFF = "vvb_staff"
    EXPERT = "expert"
    AGENCY_OFFICER = "agency_officer"
    AGENCY_REVIEWER = "agency_reviewer"
    EXCHANGE_OFFICER = "exchange_officer"
    STAFF_OFFICER = "staff_officer"
    ADMINISTRATOR = "administrator"


P = Permission
_ANYONE = frozenset({P.READ_PUBLIC, P.SIGN_IN, P.FILE_OPINION, P.REPORT_WRONGDOING})
_SIGNED_IN = _ANYONE | {P.USE_OWN_SESSION}
_STAFF = _SIGNED_IN | {
    P.APPLY_AS_MERCHANT,
    P.APPLY_FOR_SCENARIO,
    P.APPLY_FOR_ACCOUNT,
    P.PROPOSE_METHODOLOGY,
}
_HOLDER = frozenset({P.APPLY_TO_REGISTRY, P.MOVE_OWN_UNITS, P.BRING_PAPERS})
_AGENCY = _SIGNED_IN | {
    P.REVIEW_REGISTRY_CASES,
    P.PROPOSE_REGISTRY_ACT,
    P.ASSIGN_EXPERTS,
    P.INSPECT_PROJECTS,
    P.BRING_PAPERS,
}
_OPERATOR = _SIGNED_IN | {
    P.ASSESS_SCENARIO,
    P.LIST_SCENARIO,
    P.ADMIT_MERCHANT,
    P.MANAGE_SHELF,
    P.PUBLISH_RULES,
    P.CORRECT_DISCLOSURE,
    P.REVIEW_HELD_ROWS,
    P.ANSWER_CLAIMS,
    P.SEE_OPERATIONS,
}

ANYONE: Final = _ANYONE

PERMISSIONS_OF: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.CITIZEN: _SIGNED_IN
        | {
            P.APPLY_FOR_ACCOUNT,
            P.READ_OWN_ACCOUNT,
            P.CLOSE_OWN_ACCOUNT,
            P.AUTHORISE_SCENARIO,
            P.CLAIM_MISSING_BEHAVIOUR,
            P.REDEEM_OWN_POINTS,
            P.OBJECT_TO_CORRECTION,
            P.PROPOSE_METHODOLOGY,
        }
        | _HOLDER,
        Role.MERCHANT_CLERK: _STAFF | {P.SETTLE_REDEMPTIONS},
        Role.MERCHANT_MANAGER: _STAFF
        | {
            P.SETTLE_REDEMPTIONS,
            P.MANAGE_OWN_OFFERS,
            P.LEAVE_AS_MERCHANT,
            P.MANAGE_OWN_STAFF,
            P.MANAGE_API_KEYS,
            P.MANAGE_WEBHOOKS,
        },
        Role.HOST_STAFF: _STAFF
        | {
            P.AGREE_AS_HOST,
            P.UPLOAD_BEHAVIOURS,
            P.READ_OWN_UPLOADS,
            P.MANAGE_PROFILES,
            P.MANAGE_API_KEYS,
            P.MANAGE_WEBHOOKS,
            P.PROPOSE_LINKS,
            P.MANAGE_OWN_STAFF,
        },
        Role.HOST_CLERK: _SIGNED_IN
        | {P.UPLOAD_BEHAVIOURS, P.READ_OWN_UPLOADS, P.MANAGE_PROFILES, P.PROPOSE_LINKS},
        Role.OPERATOR_OFFICER: _OPERATOR | {P.PROPOSE_CORRECTION},
        Role.OPERATOR_REVIEWER: _OPERATOR | {P.CONFIRM_CORRECTION, P.DECIDE_APPEALS, P.RESTRICT_ACCOUNT},
        Role.BUREAU_OFFICER: _SIGNED_IN
        | {
            P.APPROVE_SCENARIO,
            P.APPOINT_OPERATOR,
            P.SET_TARGETS,
            P.SUPERVISE,
            P.HANDLE_WRONGDOING,
            P.KEEP_CREDIT_LIST,
            P.ISSUE_REGISTRATION_LETTER,
            P.ENTRUST_INSTITUTIONS,
            P.RECOGNISE_BODIES,
            P.DECIDE_METHODOLOGIES,
            P.INVITE_EXPERTS,
            P.KEEP_LISTS_OF_UNITS,
            P.ORDER_CANCELLATION,
            P.SET_OFFSET_RULES,
            P.DECIDE_OFFSETS,
        },
        Role.DISTRICT_OFFICER: _SIGNED_IN | {P.SUPERVISE_AREA, P.ANNOTATE_AREA},
        Role.OWNER_STAFF: _STAFF | _HOLDER,
        Role.ALLOWANCE_STAFF: _STAFF | _HOLDER | {P.APPLY_FOR_OFFSET},
        Role.VVB_STAFF: _SIGNED_IN | {P.FILE_VV_REPORT, P.PROPOSE_METHODOLOGY, P.BRING_PAPERS},
        Role.EXPERT: _SIGNED_IN | {P.FILE_EXPERT_OPINION, P.PROPOSE_METHODOLOGY},
        # who proposes to register, issue, cancel or move does not confirm it
        Role.AGENCY_OFFICER: _AGENCY,
        Role.AGENCY_REVIEWER: _AGENCY | {P.CONFIRM_REGISTRY_ACT, P.OPEN_HOLDING_ACCOUNT},
        Role.EXCHANGE_OFFICER: _SIGNED_IN | {P.RUN_THE_EXCHANGE},
        Role.STAFF_OFFICER: _SIGNED_IN | {P.MANAGE_OWN_STAFF},
        Role.ADMINISTRATOR: _SIGNED_IN | {P.RUN_THE_MACHINE, P.READ_METRICS},
    }
)

AUDIENCE_OF: Final[Mapping[Role, Audience]] = MappingProxyType(
    {
        Role.CITIZEN: Audience.CITIZEN,
        Role.MERCHANT_CLERK: Audience.MERCHANT,
        Role.MERCHANT_MANAGER: Audience.MERCHANT,
        Role.HOST_STAFF: Audience.SCENARIO_HOST,
        Role.HOST_CLERK: Audience.SCENARIO_HOST,
        Role.OPERATOR_OFFICER: Audience.OPERATOR,
        Role.OPERATOR_REVIEWER: Audience.OPERATOR,
        Role.BUREAU_OFFICER: Audience.BUREAU,
        Role.DISTRICT_OFFICER: Audience.DISTRICT_BUREAU,
        Role.OWNER_STAFF: Audience.PROJECT_OWNER,
        Role.ALLOWANCE_STAFF: Audience.ALLOWANCE_UNIT,
        Role.VVB_STAFF: Audience.VERIFIER,
        Role.EXPERT: Audience.EXPERT,
        Role.AGENCY_OFFICER: Audience.AGENCY,
        Role.AGENCY_REVIEWER: Audience.AGENCY,
        Role.EXCHANGE_OFFICER: Audience.EXCHANGE,
        Role.STAFF_OFFICER: Audience.PERSONNEL,
        Role.ADMINISTRATOR: Audience.ADMINISTRATION,
    }
)
