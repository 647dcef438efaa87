"""The statements by which a bucket of staged rows is decided and kept; see `deciding`.

The tables of a bucket are never analysed and the large ones may be at a bad moment, so no statement joins
two sets of many rows in a way that a wrong guess turns into every row by every row: what is in the large
tables is looked up, row by row within the statement, under OFFSET 0 or LIMIT 1, by a key that has an index.
"""

from typing import Final

from sqlalchemy import text

from scenarios.commands.staging import FOR_REVIEW, prepared
from scenarios.values import Outcome

_CONFLICT_KEY: Final = "substr(sha256({0}.key_hash || {0}.content_hash), 1, 16)"
"""By which a conflict is known again, beside the record that it conflicts with."""

_LINK: Final = """
    host_user text, authorisation_id bigint, account_id bigint, given_at timestamptz,
    closed boolean default false
"""
_ROW: Final = """
    row_no bigint, key_hash bytea, content_hash bytea, source_id text, host_user text,
    occurred_at timestamptz, day date, quantity_milli bigint, computed_g bigint,
    method_version_id bigint, account_id bigint, authorisation_id bigint, outcome text, reason text
"""
_ISSUE: Final = "behaviour_id bigint, account_id bigint, day date, grams bigint, method_version_id bigint"

_TABLES: Final = {
    "linked": _LINK,
    "judged": _ROW,
    "verdict": f"{_ROW}, reduction_g bigint, behaviour_id bigint",
    "accepted": _ISSUE,
}

PREPARE: Final = prepared(_TABLES)
"""The tables of a bucket, empty, and the settings of its transaction."""

MATCH: Final = text("""
    insert into linked (host_user, authorisation_id, account_id)
    select u.host_user, a.id, a.account_id
      from (select distinct host_user from stage
             where bucket = :bucket and outcome is null) u
     cross join lateral (
           select id, account_id from authorisation
            where scenario_id = :scenario and host_user = u.host_user and withdrawn_at is null
            limit 1) a
""")

LEAVE_OUT: Final = text("update linked set closed = true where account_id = any(:accounts)")

# In a sandbox its host makes up users who stand for people that have authorised it; nobody is behind them.
REHEARSE: Final = text("""
    insert into linked (host_user, authorisation_id, account_id, given_at)
    select u.host_user, null, -row_number() over (order by u.host_user), '-infinity'
      from (select distinct host_user from stage
             where bucket = :bucket and outcome is null and starts_with(host_user, :rehearses)) u
     where not exists (select from linked l where l.host_user = u.host_user)
""")

# Whoever withdraws meanwhile waits for this bucket, or is seen by the look that follows.
HOLD_AUTHORISATIONS: Final = text("""
    select count(*) from (select from authorisation where id = any(array(select authorisation_id from linked))
                           order by id for share) held
""")

# By the id alone: asked for what is not withdrawn, the planner may read the index of all that is in force.
SEE_AUTHORISATIONS: Final = text("""
    update linked set given_at = (
           select case when a.withdrawn_at is null and a.data_kinds @> cast(:kinds as jsonb)
                       then a.given_at end
             from authorisation a where a.id = linked.authorisation_id)
     where authorisation_id is not null
""")

JUDGE: Final = text(f"""
    insert into judged
    select s.row_no, s.key_hash, s.content_hash, s.source_id, s.host_user, s.occurred_at, s.day,
           s.quantity_milli, s.computed_g, s.method_version_id, l.account_id, l.authorisation_id,
           case when k.content_hash in (s.content_hash, '') then '{Outcome.DUPLICATE}'
                when k.verdict is not null or s.outcome = '{Outcome.CONFLICT}' then
                     case when exists (select from intake_key c where c.scenario_id = :scenario
                                          and c.key_hash = {_CONFLICT_KEY.format("s")} offset 0)
                          then '{Outcome.DUPLICATE}' else '{Outcome.CONFLICT}' end
                when s.outcome is not null then s.outcome
                when l.given_at is null or l.closed or l.given_at > s.occurred_at
                     then '{Outcome.UNAUTHORISED}'
                when s.reason = '{FOR_REVIEW}' then '{Outcome.HELD}' end,
           case when k.verdict is not null then k.verdict || '_before'
                when s.outcome is not null then s.reason
                when l.closed then 'account_closed'
                when l.given_at > s.occurred_at then 'before_authorisation'
                when l.given_at is null then (
                     select case when bool_or(w.withdrawn_at is null) then 'data_kinds'
                                 when count(*) > 0 then 'withdrawn' else 'no_link' end
                       from authorisation w
                      where w.scenario_id = :scenario and w.host_user = s.host_user)
                when s.reason = '{FOR_REVIEW}' then s.reason end
      from stage s
      left join linked l on l.host_user = s.host_user
      left join lateral (
           select verdict, content_hash from intake_key
            where scenario_id = :scenario and key_hash = s.key_hash and not :review limit 1) k on true
     where s.bucket = :bucket
""")  # noqa: S608  names of ours

KEEP_DECIDED: Final = text("insert into verdict select *, 0, null from judged where outcome is not null")

CAP_BY_DAY: Final = text(f"""
    insert into verdict
    with version as materialized (
        select id, method_id, (body ->> 'cap_count')::bigint as cap_count,
               (body ->> 'cap_grams')::bigint as cap_grams
          from method_version where id in (select method_version_id from judged where outcome is null)
    ), candidate as (
        select j.*, v.method_id, v.cap_count, v.cap_grams
          from judged j join version v on v.id = j.method_version_id
         where j.outcome is null
    ), kin as materialized (
        select method_id, array_agg(id) as ids from method_version
         where method_id in (select method_id from version) group by method_id
    ), in_line as (
        select r.*, row_number() over in_order as nth,
               sum(r.computed_g) over in_order - r.computed_g as grams_ahead
          from candidate r
        window in_order as (partition by r.account_id, r.method_id, r.day
                            order by r.occurred_at, r.key_hash rows unbounded preceding)
    ), placed as (
        select l.*, l.nth + first_value(coalesce(b.count, 0)) over in_order as place,
               l.grams_ahead + first_value(coalesce(b.grams, 0)) over in_order as grams_before
          from in_line l
          join kin on kin.method_id = l.method_id
          -- what is already in is looked up once for a person's day, at the first in line
          left join lateral (
               select count(*) as count, sum(b.reduction_g) as grams from behaviour b
                where b.account_id = l.account_id and b.day = l.day and b.method_version_id = any(kin.ids)
               offset 0) b on l.nth = 1 and (l.cap_count is not null or l.cap_grams is not null)
        window in_order as (partition by l.account_id, l.method_id, l.day order by l.nth)
    )
    select row_no, key_hash, content_hash, source_id, host_user, occurred_at, day, quantity_milli, computed_g,
           method_version_id, account_id, authorisation_id,
           case when place > cap_count or grams_before >= cap_grams then '{Outcome.CAPPED}'
                else '{Outcome.ACCEPTED}' end,
           case when place > cap_count then 'count' when grams_before >= cap_grams then 'grams'
                when grams_before + computed_g > cap_grams then 'grams' else 'whole' end,
           case when place > cap_count or grams_before >= cap_grams then 0
                else least(computed_g, cap_grams - grams_before) end,
           case when place > cap_count or grams_before >= cap_grams then null
                else nextval('behaviour_id_seq') end
      from placed
""")  # noqa: S608  names of ours

HAS_YEARLY_CAP: Final = text("""
    select exists (select from method_version where body ->> 'cap_count_year' is not null
                      and id in (select distinct method_version_id from verdict))
""")

CAP_BY_YEAR: Final = text(f"""
    with version as materialized (
        select id, method_id, (body ->> 'cap_count_year')::bigint as most
          from method_version where id in (select method_version_id from verdict)
    ), candidate as (
        select v.row_no, v.account_id, v.occurred_at, v.key_hash, m.method_id, m.most,
               date_trunc('year', v.day)::date as year
          from verdict v join version m on m.id = v.method_version_id
         where v.outcome = '{Outcome.ACCEPTED}' and m.most is not null
    ), kin as materialized (
        select method_id, array_agg(id) as ids from method_version
         where method_id in (select method_id from candidate) group by method_id
    ), in_line as (
        select r.*, row_number() over (
                   partition by r.account_id, r.method_id, r.year order by r.occurred_at, r.key_hash) as nth
          from candidate r
    ), placed as (
        select l.row_no, l.most, l.nth + first_value(b.count) over (
                   partition by l.account_id, l.method_id, l.year order by l.nth) as place
          from in_line l
          join kin on kin.method_id = l.method_id
          left join lateral (
               select count(*) as count from behaviour b
                where b.account_id = l.account_id and b.day >= l.year and b.day < l.year + interval '1 year'
                  and b.method_version_id = any(kin.ids)
               offset 0) b on l.nth = 1
    )
    update verdict
       set outcome = '{Outcome.CAPPED}', reason = 'count_year', reduction_g = 0, behaviour_id = null
     where (row_no in (select row_no from placed where place > most)) is true
""")  # noqa: S608  names of ours

FIRST_SEEN: Final = text(
    f"select count(*) from verdict where outcome <> '{Outcome.DUPLICATE}'"  # noqa: S608  names of ours
)

# In the order of keys, so that two uploads with the same records wait for each other in one order.
# What somebody did without authorisation is not kept, not even as a hash.
KEEP_KEYS: Final = text(f"""
    insert into intake_key (scenario_id, key_hash, content_hash, behaviour_id, day, verdict)
    select :scenario,
           case outcome when '{Outcome.CONFLICT}' then {_CONFLICT_KEY.format("verdict")} else key_hash end,
           case outcome when '{Outcome.UNAUTHORISED}' then '' else content_hash end,
           behaviour_id, case when behaviour_id is not null then day end, outcome
      from verdict where outcome <> '{Outcome.DUPLICATE}' order by 2
        on conflict do nothing
""")  # noqa: S608  names of ours

KEEP_BEHAVIOURS: Final = text(f"""
    insert into behaviour (account_id, day, id, scenario_id, upload_id, row_no, authorisation_id,
           method_version_id, source_id, occurred_at, received_at, quantity_milli, computed_g,
           reduction_g, cap)
    select account_id, day, behaviour_id, :scenario, :upload, row_no, authorisation_id, method_version_id,
           source_id, occurred_at, :received_at, quantity_milli, computed_g, reduction_g,
           case reason when 'grams' then 'grams' end
      from verdict where outcome = '{Outcome.ACCEPTED}' order by account_id, day, behaviour_id
""")  # noqa: S608  names of ours

HOLD_ROWS: Final = text(f"""
    insert into held_row (scenario_id, upload_id, row_no, key_hash, content_hash, source_id, host_user,
           occurred_at, quantity_milli, computed_g, method_version_id, reason, held_at)
    select :scenario, :upload, row_no, key_hash, content_hash, source_id, host_user, occurred_at,
           quantity_milli, computed_g, method_version_id, reason, :received_at
      from verdict where outcome = '{Outcome.HELD}' order by row_no
""")  # noqa: S608  names of ours

LEAVE_ACCEPTED: Final = text(f"""
    insert into accepted (behaviour_id, account_id, day, grams, method_version_id)
    select behaviour_id, account_id, day, reduction_g, method_version_id
      from verdict where outcome = '{Outcome.ACCEPTED}' order by account_id, day, behaviour_id
""")  # noqa: S608  names of ours

KEEP_OUTCOMES: Final = text(f"""
    insert into intake_outcome (received_on, upload_id, row_no, outcome, reason, source_id)
    select :received_on, :upload, row_no, outcome, reason, source_id
      from verdict where outcome <> '{Outcome.ACCEPTED}' order by row_no
""")  # noqa: S608  names of ours

COUNT: Final = text("""
    select outcome, reason, count(*), cast(sum(reduction_g) as bigint) from verdict group by outcome, reason
     order by outcome, reason
""")
