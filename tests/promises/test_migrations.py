"""The migrations: one line of steps, without the application, there and back, and equal to the models."""

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app.kernel.session import make_engine
from tests.promises.code import PACKAGES, imported, name_of, paths
from tests.server import alembic_config

EVERYTHING = """
    SELECT kind, name, what FROM (
        SELECT 'column' AS kind, table_name || '.' || column_name AS name,
               data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS what
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL
        SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL
        SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT 'function', proname, md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'right', table_name || ' ' || grantee, string_agg(privilege_type, ',' ORDER BY privilege_type)
        FROM information_schema.role_table_grants WHERE table_schema = 'public' GROUP BY table_name, grantee
    ) AS everything ORDER BY kind, name, what
"""


def test_migrations_import_nothing_from_the_application():
    importing = {
        name_of(path): ours
        for path in paths("migrations/versions")
        if (ours := [module for module in imported(path) if module.split(".")[0] in {*PACKAGES, "tests"}])
    }

    assert importing == {}


def test_there_is_one_head_and_one_line_of_steps():
    script = ScriptDirectory.from_config(alembic_config(""))

    steps = list(script.walk_revisions())

    assert len(script.get_heads()) == 1
    assert [step.revision for step in steps if step.is_branch_point or step.is_merge_point] == []


def test_up_down_and_up_again_gives_the_same_schema(server):
    empty = server.cluster
    empty.drop_database("there_and_back")
    empty.create_database("there_and_back")
    url = empty.url("tht_owner", "there_and_back")
    config = alembic_config(url)
    engine = make_engine(url)
    try:
        command.upgrade(config, "head")
        first = _everything(engine)
        command.downgrade(config, "base")
        nothing = [row for row in _everything(engine) if not row.name.startswith("alembic_version")]
        command.upgrade(config, "head")
        second = _everything(engine)
    finally:
        engine.dispose()
        empty.drop_database("there_and_back")

    assert nothing == []
    assert first == second


def test_models_and_migrations_agree(committed):
    config = alembic_config(committed.owner)
    config.attributes["compare"] = True

    command.check(config)


def _everything(engine):
    with engine.connect() as connection:
        return connection.execute(text(EVERYTHING)).all()
