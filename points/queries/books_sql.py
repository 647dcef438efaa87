"""What the books check asks the database: each answer names what disagrees; none does when it is empty."""

from typing import Final

_SUMS: Final = """
       coalesce(sum(amount) filter (where kind = 'issue'), 0) as issued,
       coalesce(sum(case kind when 'issue' then amount when 'release' then amount when 'cancel' then 0
                              else -amount end), 0) as available,
       coalesce(sum(case kind when 'reserve' then amount when 'release' then -amount
                              when 'cancel' then -amount else 0 end), 0) as reserved,
       coalesce(sum(amount) filter (where kind = 'cancel'), 0) as cancelled,
       coalesce(sum(amount) filter (where kind = 'expire'), 0) as expired,
       coalesce(sum(amount) filter (where kind = 'close'), 0) as closed,
       coalesce(sum(amount) filter (where kind = 'correct'), 0) as corrected
"""

_COLUMNS: Final = ("issued", "available", "reserved", "cancelled", "expired", "closed", "corrected")


def counted(check: str, shown: int) -> str:
    """Return the question that counts what a check names, with the first few of it."""
    return f"select count(*), (array_agg(what))[1:{shown}] from ({check}) as found(what)"  # noqa: S608 -- ours


def _row(name: str) -> str:
    return ", ".join(f"{name}.{column}" for column in _COLUMNS)


def _known(name: str) -> str:
    return ", ".join(f"coalesce({name}.{column}, 0)" for column in _COLUMNS)


CHECKS: Final = {
    "lots": f"""
        select 'lot ' || coalesce(l.id, e.lot_id)
          from point_lot l
          full join (select account_id, lot_id, {_SUMS} from point_entry group by account_id, lot_id) e
                 on e.lot_id = l.id and e.account_id = l.account_id
         where ({_row("l")}) is distinct from
               ({_known("e")})
            or (l.is_open <> (l.available > 0) and l.issued > 0)
    """,  # noqa: S608 -- constants alone
    "balances": f"""
        select 'account ' || b.account_id
          from account_balance b
          left join (select account_id, {_SUMS}, coalesce(sum(reduction_g), 0) as reduction_g,
                            count(*) as last_seq from point_entry group by account_id) e using (account_id)
         where ({_row("b")}, b.reduction_g, b.last_seq) is distinct from
               ({_known("e")},
                coalesce(e.reduction_g, 0), coalesce(e.last_seq, 0))
    """,  # noqa: S608 -- constants alone
    "accounts_without_balance": """
        select 'account ' || a.id from carbon_account a
          left join account_balance b on b.account_id = a.id where b.account_id is null
    """,
    "lots_past_five_years": """
        select 'lot ' || id from point_lot where (last_valid_on - interval '5 years')::date >= issued_on
    """,
    "lots_not_as_the_rule_says": """
        select distinct 'lot ' || l.id
          from point_entry e
          join point_lot l on l.id = e.lot_id
          join conversion_rule r on r.id = e.rule_id
         where e.kind = 'issue'
           and (l.issued_on <> e.day
                or l.last_valid_on <> case
                    when extract(day from (l.issued_on + make_interval(months => r.validity_months::int)))
                         < extract(day from l.issued_on)
                    then (l.issued_on + make_interval(months => r.validity_months::int))::date
                    else (l.issued_on + make_interval(months => r.validity_months::int))::date - 1 end)
    """,
    "rule_not_in_force": """
        select 'account ' || e.account_id || ' entry ' || e.acct_seq
          from point_entry e
          join conversion_rule r on r.id = e.rule_id
         where e.kind = 'issue'
           and (r.valid_from > e.day or exists (select from conversion_rule n
                                                 where n.valid_from > r.valid_from and n.valid_from <= e.day))
    """,
    "issued_twice": """
        select 'behaviour ' || behaviour_id from point_entry where kind = 'issue'
         group by behaviour_id having count(*) > 1
    """,
    "issues_not_marked": """
        select 'behaviour ' || coalesce(e.behaviour_id, i.behaviour_id)
          from (select behaviour_id, account_id, day from point_entry where kind = 'issue') e
          full join behaviour_issue i
                 on i.behaviour_id = e.behaviour_id and i.account_id = e.account_id and i.entry_day = e.day
         where e.behaviour_id is null or i.behaviour_id is null
    """,
    "spent_past_the_last_day": """
        select 'account ' || e.account_id || ' entry ' || e.acct_seq
          from point_entry e join point_lot l on l.id = e.lot_id
         where e.kind = 'reserve' and e.day > l.last_valid_on
    """,
    "expired_early": """
        select 'account ' || e.account_id || ' entry ' || e.acct_seq
          from point_entry e join point_lot l on l.id = e.lot_id
         where e.kind = 'expire' and e.day <= l.last_valid_on
    """,
    "reservations": """
        select 'redemption ' || r.id
          from redemption r
          left join (
              select redemption_id, account_id,
                     coalesce(sum(amount) filter (where kind = 'reserve'), 0) as reserved,
                     coalesce(sum(amount) filter (where kind = 'release'), 0) as released,
                     coalesce(sum(amount) filter (where kind = 'cancel'), 0) as cancelled
                from point_entry where redemption_id is not null group by redemption_id, account_id
          ) e on e.redemption_id = r.id and e.account_id = r.account_id
         where (e.reserved, e.released, e.cancelled) is distinct from
               (r.price::numeric,
                case when r.state in ('refused', 'timed_out', 'withdrawn') then r.price else 0 end::numeric,
                case when r.state = 'fulfilled' then r.price else 0 end::numeric)
    """,
    "released_elsewhere": """
        select 'redemption ' || redemption_id || ' lot ' || lot_id
          from (select redemption_id, lot_id,
                       sum(case kind when 'reserve' then amount else -amount end) as left_over
                  from point_entry where redemption_id is not null group by redemption_id, lot_id) p
          join redemption r on r.id = p.redemption_id
         where p.left_over <> 0 and (r.state <> 'reserved' or p.left_over < 0)
    """,
    "entries_of_nobodys_redemption": """
        select 'account ' || e.account_id || ' entry ' || e.acct_seq
          from point_entry e
          left join redemption r on r.id = e.redemption_id and r.account_id = e.account_id
         where e.redemption_id is not null and r.id is null
    """,
    "stocks": """
        select 'offer ' || o.id from offer o
         where o.stock_taken <> (select count(*) from redemption r
                                  where r.offer_id = o.id and r.state in ('reserved', 'fulfilled'))
    """,
    "closed_without_request": """
        select distinct 'account ' || e.account_id
          from point_entry e
          left join account_closing c on c.account_id = e.account_id
          left join carbon_account a on a.id = e.account_id
         where e.kind = 'close' and (c.account_id is null or a.state <> 'closed')
    """,
    "corrected_without_ground": """
        select 'account ' || e.account_id || ' entry ' || e.acct_seq
          from point_entry e
          left join correction c
                 on c.id = e.correction_id and c.account_id = e.account_id and c.lot_id = e.lot_id
         where e.kind = 'correct'
           and (c.state = 'executed' and c.executed_amount = e.amount and c.confirmed_by <> c.proposed_by
                and e.at >= c.object_until) is not true
    """,
    "corrected_without_entry": """
        select 'correction ' || c.id
          from correction c
         where c.executed_amount > 0
           and not exists (select from point_entry e
                            where e.account_id = c.account_id and e.correction_id = c.id
                              and e.kind = 'correct' and e.amount = c.executed_amount)
    """,
    "organisations_with_points": """
        select 'account ' || a.id from carbon_account a join account_balance b on b.account_id = a.id
         where a.person_id is null and b.last_seq > 0
    """,
}

COUNTS: Final = """
    select (select count(*) from carbon_account) as accounts, (select count(*) from point_lot) as lots
"""

TOTALS: Final = f"""
    select count(*) as entries, {_SUMS}, coalesce(sum(reduction_g), 0) as reduction_g from point_entry
"""  # noqa: S608 -- constants alone

CHAINS: Final = """
    select e.account_id, e.acct_seq, e.kind, e.amount, e.balance_after, e.at, e.lot_id,
           l.issued_on::text as lot_issued_on, l.last_valid_on::text as lot_last_valid_on,
           e.behaviour_id, e.behaviour_day::text as behaviour_day, e.method_version_id, e.reduction_g,
           e.redemption_id, e.correction_id, r.version as rule, r.grams_per_point,
           encode(e.prev_commitment, 'hex') as prev, encode(e.commitment, 'hex') as commitment,
           s.salt, encode(a.pseudonym, 'hex') as pseudonym, encode(b.head, 'hex') as head
      from point_entry e
      join point_lot l on l.id = e.lot_id and l.account_id = e.account_id
      join carbon_account a on a.id = e.account_id
      join account_balance b on b.account_id = e.account_id
      left join entry_salt s on s.account_id = e.account_id and s.acct_seq = e.acct_seq
      left join conversion_rule r on r.id = e.rule_id
     order by e.account_id, e.acct_seq
"""
