"""Licences are registered beside the lists, corrected and never listed."""

import pytest
from sqlalchemy import select

from credit_sdk.model.subject import Subject
from gateway.database.tables import batches, entries, ledger, licences, subjects
from gateway.database.unit_of_work import reading
from gateway.ledger.verify import verify
from gateway.problems import IntakeError, InvalidActError, NotFoundError
from gateway.registry.licences import licences_of
from gateway.registry.persons import RegistryKeys
from gateway.registry.subject_file import subject_file
from tests.real_gateway import LISTED, NOW
from tests.unit.gateway.intake.sheets import LICENCE, PERSON
from tests.unit.gateway.intake.table_office import Office, penalty


def test_licences_are_registered_and_never_stand_on_a_list(office: Office) -> None:
    done = office.take([LICENCE, {**LICENCE, "XK_XKBH": "JY16301000000002"}])
    assert (done.accepted, done.rejected, done.report["drafted"]) == (2, 0, 2)
    assert office.count(entries) == 0
    with reading(office.registry.engine) as connection:
        found = licences_of(connection, Subject.parse(LICENCE["XK_XDR_SHXYM"]).lookup_keys)
        assert {each["certificate_no"] for each in found} == {"JY16301000000001", "JY16301000000002"}
        assert found[0]["valid_until"] == "2099-12-31"
        (one, _) = subject_file(connection, Subject.parse(LICENCE["XK_XDR_SHXYM"]), NOW.date()).licences
        assert (one.document_no, one.valid_until, one.authority) == (LICENCE["XK_WSH"], None, LICENCE["XK_XKJG"])
        acts = connection.scalars(select(ledger.c.act).order_by(ledger.c.seq)).all()
        assert acts[-1] == "licence:batch:register"
        verify(connection)


def test_a_corrected_licence_takes_the_place_of_the_old_which_is_kept(office: Office) -> None:
    office.take([LICENCE])
    again = office.take([LICENCE, LICENCE, {**LICENCE, "XK_XKBH": "JY2"}])
    assert (again.report["drafted"], again.report["unchanged"]) == (1, 2)
    done = office.take([{**LICENCE, "XK_ZT": "2"}, {**LICENCE, "XK_ZT": "1", "BZ": "x"}])
    assert (done.report["corrections"], done.rejected) == (1, 1)
    assert office.count(licences) == 3
    with reading(office.registry.engine) as connection:
        found = licences_of(connection, Subject.parse(LICENCE["XK_XDR_SHXYM"]).lookup_keys)
    assert {(each["certificate_no"], each["status"]) for each in found} == {
        ("JY16301000000001", "无效"),
        ("JY2", "有效"),
    }


def test_a_licence_of_a_person_keeps_no_number(office: Office) -> None:
    row = {**LICENCE, "XK_XDR_LB": "自然人", "XK_XDR_SHXYM": "", "XK_XDR_ZJHM": PERSON, "XK_XDR_MC": "虚构某"}
    assert office.take([row]).accepted == 1
    key = RegistryKeys.load(office.registry.home).key_of(Subject.parse(PERSON))
    with reading(office.registry.engine) as connection:
        assert len(licences_of(connection, [key])) == 1
        stored = [connection.execute(select(each)).all() for each in (subjects, licences, batches, ledger)]
    assert PERSON not in repr(stored)


def test_licences_go_to_no_list_and_lists_to_no_other(one_office: Office) -> None:
    with pytest.raises(IntakeError, match="never stand on a list"):
        one_office.take([LICENCE], LISTED)
    with pytest.raises(InvalidActError, match="whole of all licences"):
        one_office.take([LICENCE], full=True)
    with pytest.raises(IntakeError, match="not to procurement-serious"):
        one_office.take([penalty(1)], LISTED)
    with pytest.raises(InvalidActError, match="list must be named"):
        one_office.take([{"统一社会信用代码": "1", "认定部门": "", "文书号": "", "认定日期": ""}])
    with pytest.raises(NotFoundError):
        one_office.take([penalty(1)], "no-such-list")
    assert one_office.count(batches) == 0
