"""What is published can be shown: files of subjects, entries page by page, the law."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from credit_sdk.catalogue.catalogue import Catalogue
from tests.real_gateway import HONOUR, LISTED, RealGateway, company, law


def test_a_subject_file_shows_each_entry_with_where_it_comes_from(asked: FlaskClient) -> None:
    file = asked.get(f"/v1/subjects/{company(3).code}").get_json()
    (entry,) = file["entries"]
    assert (entry["list"], entry["list_title"]) == (LISTED, "政府采购严重违法失信行为记录名单")
    assert entry["authority"] == "虚构市财政局"
    assert entry["document_no"].startswith("虚财罚")
    assert (file["subject"], file["serial"]) == (company(3).code, 1)
    assert (file["commitments"], file["self_declared"]) == ([], [])


def test_a_subject_nobody_listed_has_an_empty_file(asked: FlaskClient) -> None:
    file = asked.get(f"/v1/subjects/{company(500).code}").get_json()
    assert (file["entries"], file["name"]) == ([], "")


def test_a_file_says_which_lists_it_can_speak_of(asked: FlaskClient) -> None:
    file = asked.get(f"/v1/subjects/{company(500).code}").get_json()
    assert file["covered_lists"] == [{"list": LISTED, "complete_as_of": "2026-03-02"}]


def test_what_has_run_out_is_in_no_file_and_on_no_page(real: RealGateway, asked: FlaskClient) -> None:
    assert asked.get("/v1/entries", query_string={"subject": company(3).code}).get_json()["entries"] != []
    with real.asked(after_s=timedelta(days=1000).total_seconds(), key=real.client("another")) as later:
        assert later.get(f"/v1/subjects/{company(3).code}").get_json()["entries"] == []
        assert later.get("/v1/entries", query_string={"subject": company(3).code}).get_json()["entries"] == []


def test_the_canary_has_an_empty_file(real: RealGateway, asked: FlaskClient) -> None:
    assert asked.get(f"/v1/subjects/{real.home.settings.canary}").get_json()["entries"] == []


@pytest.mark.parametrize("code", ["11010519491231002X", "91630000********42"])
def test_there_are_no_files_of_persons_or_of_hidden_numbers(asked: FlaskClient, code: str) -> None:
    assert asked.get(f"/v1/subjects/{code}").status_code == 400


def test_pages_hold_every_entry_once_whatever_comes_and_goes(real: RealGateway, asked: FlaskClient) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = asked.get("/v1/entries", query_string={"limit": 3, "after": after}).get_json()
        seen += [entry["id"] for entry in page["entries"]]
        if len(seen) == 3:
            real.remove([number for number in range(10) if company(number).code == page["entries"][0]["subject"]])
        if page["next"] is None:
            break
        after = page["next"]
    assert len(seen) == len(set(seen)) == 11


def test_entries_are_found_by_list_subject_and_authority(asked: FlaskClient) -> None:
    def found(**query: str) -> int:
        return len(asked.get("/v1/entries", query_string=query).get_json()["entries"])

    assert (found(list=HONOUR), found(list=LISTED), found(subject=company(3).code)) == (1, 10, 1)
    assert (found(authority="虚构市财政局"), found(authority="别的局")) == (11, 0)


def test_a_list_nobody_knows_is_not_an_empty_one(asked: FlaskClient) -> None:
    refused = asked.get("/v1/entries", query_string={"list": "nothing"})
    assert (refused.status_code, refused.get_json()["code"]) == (404, "not-found")
    assert LISTED in refused.get_json()["hint"]


def test_persons_are_in_no_page(real: RealGateway, asked: FlaskClient) -> None:
    real.list_person("11010519491231002X")
    assert len(asked.get("/v1/entries").get_json()["entries"]) == 11


def test_the_law_is_handed_out_as_published(asked: FlaskClient) -> None:
    response = asked.get("/v1/catalogue")
    assert response.data == law()
    assert response.get_etag()[0] == Catalogue.from_bytes(law()).digest
    assert asked.get("/v1/catalogue", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_the_law_on_a_day_holds_what_was_in_force_then(asked: FlaskClient) -> None:
    assert len(asked.get("/v1/catalogue?on=2026-01-01").get_json()["measures"]) == 2
    assert asked.get("/v1/catalogue?on=2019-12-31").get_json()["measures"] == []
    assert asked.get("/v1/catalogue?on=someday").status_code == 400


def test_before_the_first_publication_there_is_no_law(real: RealGateway) -> None:
    with real.asked() as client:
        assert client.get("/v1/catalogue").status_code == 404


def test_finds_organisations_by_how_their_names_begin(asked: FlaskClient) -> None:
    named = asked.get(f"/v1/subjects/{company(3).code}").get_json()["name"]
    found = asked.get("/v1/subjects", query_string={"name": named}).get_json()["subjects"]
    former: dict[str, list[str]] = {"former_numbers": [], "former_names": []}
    assert {"subject": company(3).code, "name": named, "kind": "legal-person", "entries": 1, **former} in found
    assert asked.get("/v1/subjects", query_string={"name": "青"}).status_code == 400
    assert len(asked.get("/v1/subjects", query_string={"name": "虚构公司", "limit": 4}).get_json()["subjects"]) == 4
    assert asked.get("/v1/subjects", query_string={"name": "11010519491231002X"}).status_code in {400, 422}
