import traceback

import pytest

from labkit.models.api.keys import check_key
from labkit.models.api.load import VENDORS, load_api_encoder


@pytest.mark.parametrize("vendor", ["openai", "cohere", "jina", "voyage"])
@pytest.mark.parametrize("value", [None, "", "  \n"])
def test_a_missing_key_is_a_sentence_that_can_be_acted_on(vendors, monkeypatch, vendor, value):
    variable = VENDORS[vendor].key_variable
    if value is None:
        monkeypatch.delenv(variable)
    else:
        monkeypatch.setenv(variable, value)
    with pytest.raises(PermissionError, match=rf"{variable} is not set. Make a key at https://.*getpass") as caught:
        load_api_encoder(vendor, "whatever")
    assert vendors.bodies == []
    # What the sentence says to run has to be Python.
    code = str(caught.value).partition("run: ")[2].partition(" (so it is")[0]
    compile(code, "advice", "exec")


@pytest.mark.parametrize("key", ["sk-one two", "sk-öffentlich", "sk-a\nsk-b", "sk-\x00"])
def test_a_key_that_can_be_none_is_refused_without_showing_it(monkeypatch, key):
    if "\x00" in key:
        monkeypatch.setattr("os.environ", {"OPENAI_API_KEY": key})
    else:
        monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(PermissionError, match="OPENAI_API_KEY holds a character") as caught:
        check_key(VENDORS["openai"])
    assert "sk-" not in str(caught.value)


def test_a_line_end_behind_the_key_does_no_harm(vendors, monkeypatch):
    monkeypatch.setenv("JINA_API_KEY", "jina_right_3\r\n")
    encoder = load_api_encoder("jina", "jina-embeddings-v3", base_url=vendors.url("jina"), cache=False)
    assert encoder.encode_queries(["a pump"]).shape == (1, 1024)


def test_the_key_is_nowhere_but_in_the_header(vendors, monkeypatch, tmp_path, capsys, caplog):
    caplog.set_level("DEBUG")
    key = "sk-right-1"
    encoder = load_api_encoder(
        "openai", "text-embedding-3-small", base_url=vendors.url("openai"), dimensions=8, cache=True
    )
    encoder.encode_documents(["a pump", "a fen"])
    assert vendors.headers[0]["Authorization"] == f"Bearer {key}"
    assert key not in str(vendors.bodies)
    assert key not in repr(encoder) + str(vars(encoder)) + encoder.name + encoder.fingerprint
    shown = capsys.readouterr()
    assert key not in shown.out + shown.err + caplog.text
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(key.encode() in path.read_bytes() or key in path.name for path in files)

    vendors.faults = [(400, {}, {"error": {"message": f"you sent {key}"}})]
    with pytest.raises(ValueError, match=r"you sent \[key\]") as caught:
        encoder.encode_documents(["something new"])
    # Some notebooks show the variables of every function in a traceback.
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in told.stack if "labkit/models/api" in frame.filename.replace("\\", "/")]
    ours = [frame for frame in ours if "tests" not in frame.filename]
    assert len(ours) >= 4 and "post_json" in {frame.name for frame in ours}
    assert key not in str([frame.locals for frame in ours])
