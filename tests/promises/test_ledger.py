"""What the code keeps of the ledger: who may write an entry, of which kind, in whole numbers."""

import ast
import re

from tests.obligations import obligation
from tests.promises.code import PACKAGES, functions, name_of, paths, tree

TABLE = re.compile(
    r"\b(insert\s+into|copy|update|delete\s+from)\s+(point_entry|point_lot|account_balance)\b", re.IGNORECASE
)

DEBITS = {
    "points/commands/redeeming.py": {"redeem": {"RESERVE"}},
    "points/commands/ending.py": {"cancel_points": {"CANCEL"}, "give_back": {"RELEASE", "EXPIRE"}},
    "points/commands/expiring.py": {"expire_due": {"EXPIRE"}},
    "points/commands/accounts.py": {"_empty": {"EXPIRE", "CLOSE"}},
    "points/commands/correcting.py": {"execute_correction": {"CORRECT"}},
}
"""Every function that writes an entry which is no issue, and the kinds it writes (T-05)."""

WRITERS = {"points/commands/books.py", "points/commands/issuing.py"}


def kinds_named(function: ast.AST) -> set[str]:
    """Return the kinds of entries that a function names."""
    return {
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Kind"
    }


@obligation("T-05", "CQ-34.8", "CQ-34.10")
def test_entries_are_written_by_the_declared_functions_and_no_others():
    found: dict[str, dict[str, set[str]]] = {}
    for path in paths("points/commands", "app"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and (kinds := kinds_named(node)):
                found.setdefault(name_of(path), {})[node.name] = kinds

    acts = {name: kinds for name, kinds in found.items() if name.startswith("points/")}
    assert acts == DEBITS


@obligation("T-03", "T-05")
def test_the_ledgers_tables_are_written_in_two_modules():
    writing = {
        name_of(path)
        for path in paths(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for verb, table in TABLE.findall(node.value)
        if (verb.lower(), table) != ("insert into", "point_lot")
    }

    assert writing == WRITERS


@obligation("T-05")
def test_no_module_makes_entries_lots_or_balances_as_objects():
    made = {
        name_of(path): node.func.id
        for path in paths(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"PointEntry", "PointLot", "AccountBalance", "EntrySalt", "BehaviourIssue"}
    }

    assert made == {}


@obligation("T-07")
def test_the_ledger_counts_in_whole_numbers():
    fractions = {
        f"{name_of(path)}:{node.lineno}"
        for path in paths("points")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in {"float", "round", "Decimal"})
    }

    assert fractions == set()


@obligation("T-16")
def test_no_upsert_decides_anything_in_the_ledger():
    upserts = {
        name_of(path)
        for path in paths("points")
        if re.search(r"do_update|do\s+update", path.read_text("utf-8"), re.IGNORECASE)
    }

    assert upserts == set()


def test_every_command_asks_for_a_permission_or_is_called_by_one_that_does():
    """Those without are parts of others' acts, or acts of a job."""
    parts = {
        "activate_account",
        "cancel_points",
        "expire_due",
        "give_back",
        "give_expiry_notices",
        "issue_accepted",
        "lapse_due",
        "lock_accounts",
        "lock_accounts_in",
        "lock_own_account",
        "post",
        "freeze_account",
        "restrict_account",
        "unfreeze_account",
        "unrestrict_account",
    }

    silent = {
        function.name
        for path in paths("points/commands")
        for function in functions(path)
        if not any(isinstance(node, ast.Attribute) and node.attr == "require" for node in ast.walk(function))
    }

    assert silent == parts
