"""A registry from before former numbers and names: nothing changes until people link; names count from then on."""

from sqlalchemy import Engine, func, select, text

from gateway.database.engine import open_engine
from gateway.database.schema import migrate
from gateway.database.tables import entries, former_numbers, subjects
from gateway.database.unit_of_work import carried_out, reading, unit_of_work
from gateway.registry.former_numbers import link
from gateway.registry.names import FormerName, Names, names_of, take_names
from gateway.registry.possible_links import proposals
from gateway.registry.records import records_of
from tests.former_numbers_case import STATED, TWO, registered
from tests.real_gateway import LI, NOW, WANG, company

BEFORE = "0017"
OLD, CODE = registered(1), company(1)
AT = "2026-03-02T01:00:00.000000Z"
OPERATOR = "INSERT INTO operators (name, display_name, roles, created_at) VALUES (:name, '', :roles, :at)"
SUBJECT = (
    "INSERT INTO subjects (key, scheme, code, masked, name, kind) VALUES (:key, :scheme, :code, :code, :name, :kind)"
)
ENTRY = """
    INSERT INTO entries (id, subject_key, list, severity, authority, authority_code, document_no, basis, determined_on,
                         term_from, fact, fields, extra, content_sha256, state, drafted_by, drafted_at, confirmed_by,
                         confirmed_at, is_person)
    VALUES ('e1', :key, 'procurement-serious', 'serious', '虚构市财政局', '', '虚1号', '', '2014-06-03', '2014-06-03',
            '', '{}', '{}', '', 'published', :by, :at, :confirmed_by, :at, false)
"""


def fill(engine: Engine) -> None:
    migrate(engine, BEFORE)
    with engine.begin() as connection:
        for name in (LI, WANG):
            roles = '["operator","reviewer"]'
            connection.execute(text(OPERATOR), {"name": name, "roles": roles, "at": AT})
        for each in (OLD, CODE):
            of = {"key": each.key, "scheme": each.scheme.value, "code": each.code, "kind": each.kind.value}
            connection.execute(text(SUBJECT), {**of, "name": "虚构旧名公司"})
        connection.execute(text(ENTRY), {"key": OLD.key, "by": LI, "confirmed_by": WANG, "at": AT})


def test_an_older_registry_keeps_its_subjects_apart_until_two_people_link_them(database_url: str) -> None:
    engine = open_engine(database_url or "sqlite://")
    try:
        fill(engine)
        migrate(engine)
        with reading(engine) as connection:
            assert connection.scalar(select(func.count()).select_from(former_numbers)) == 0
            assert connection.scalar(select(func.count()).where(subjects.c.named_on.is_not(None))) == 0
            assert set(records_of(connection, [OLD.key, CODE.key])) == {OLD.key}
            assert [each.number for each in proposals(connection)] == [OLD.code]
        carried_out(engine, lambda work: link(work, OLD, CODE, **TWO, **STATED), at=NOW)
        with reading(engine) as connection:
            found = records_of(connection, [OLD.key, CODE.key])
            assert [each.id for each in found[CODE.key].entries] == ["e1"]
            assert found[OLD.key].code_now == CODE.code
            assert connection.scalar(select(entries.c.subject_key)) == OLD.key
    finally:
        engine.dispose()


def test_a_name_from_an_older_registry_is_as_old_as_its_last_document(database_url: str) -> None:
    engine = open_engine(database_url or "sqlite://")
    stated = "INSERT INTO subject_names VALUES (:key, :record, :name, :on, :record, 'b', NULL)"
    try:
        fill(engine)
        migrate(engine)
        for record, name, on in (("r0", "虚构更早公司", "2013-01-04"), ("r1", "虚构新名公司", "2020-01-06")):
            with unit_of_work(engine, at=NOW) as work:
                work.connection.execute(text(stated), {"key": OLD.key, "record": record, "name": name, "on": on})
                take_names(work, "b")
        with reading(engine) as connection:
            former = (
                FormerName("虚构旧名公司", NOW.date().replace(2014, 6, 3), "虚1号"),
                FormerName("虚构更早公司", NOW.date().replace(2013, 1, 4), ""),
            )
            assert names_of(connection, [OLD.key]) == Names("虚构新名公司", former)
    finally:
        engine.dispose()
