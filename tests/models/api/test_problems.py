import os

import pytest

from labkit.models.api.load import load_api_encoder
from labkit.models.api.problems import is_passing

NO_CREDIT = {
    "error": {"message": "You exceeded your current quota, please check your plan", "code": "insufficient_quota"}
}
TRIAL = {"message": "You are using a Trial key, which is limited to 1000 API calls / month."}


@pytest.fixture
def encoder(vendors):
    return load_api_encoder("openai", "text-embedding-3-small", base_url=vendors.url("openai"), cache=False)


@pytest.mark.parametrize(
    ("status", "answer", "kind", "sentence"),
    [
        (429, NO_CREDIT, PermissionError, "no credit.*exceeded your current quota.*platform.openai.com"),
        (429, TRIAL, PermissionError, "no credit or allowance.*1000 API calls / month.*next month"),
        (402, {"message": "pay"}, PermissionError, "no credit.*status 402"),
        (403, {"detail": "Insufficient balance"}, PermissionError, "no credit"),
        (
            403,
            {"error": {"message": "no access"}},
            PermissionError,
            "does not let this key use 'text-embedding-3-small'",
        ),
        (404, {"error": "nothing here"}, ValueError, "no model 'text-embedding-3-small'.*nothing here"),
        (400, {"error": {"message": "max 8192 tokens"}}, ValueError, r"status 400\): max 8192 tokens"),
        (422, {"detail": [{"loc": ["body"], "msg": "bad"}]}, ValueError, "status 422.*bad"),
        (400, b"<html>a proxy's page</html>", ValueError, r"status 400\)$"),
    ],
)
def test_each_problem_is_a_sentence_and_is_not_tried_again(vendors, encoder, status, answer, kind, sentence):
    vendors.faults = [(status, {}, answer)]
    with pytest.raises(kind, match=sentence):
        encoder.encode_queries(["a pump"])
    assert (len(vendors.bodies), vendors.waits) == (1, [])


def test_a_wrong_key_says_which_variable_and_where_to_get_another(vendors, encoder, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-secret")
    with pytest.raises(
        PermissionError, match="does not accept the key in OPENAI_API_KEY.*platform.openai.com"
    ) as caught:
        encoder.encode_queries(["a pump"])
    assert "sk-wrong-secret" not in str(caught.value)
    assert len(vendors.bodies) == 1


def test_a_vendor_that_repeats_the_key_is_not_quoted_with_it(vendors, encoder):
    key = os.environ["OPENAI_API_KEY"]
    vendors.faults = [(400, {}, {"error": {"message": f"bad request with {key}"}})]
    with pytest.raises(ValueError, match=r"bad request with \[key\]"):
        encoder.encode_queries(["a pump"])


def test_what_may_pass():
    assert [is_passing(status, b"") for status in (408, 409, 425, 429, 500, 599)] == [True] * 6
    assert not any(is_passing(status, b"") for status in (301, 400, 401, 402, 403, 404, 413, 422))
