import json

import pytest

from labkit.compress.adapter import adapter_folder
from labkit.lab.adapter_report import adapter_elsewhere


def test_the_table_shows_the_committed_measurements():
    results = json.loads((adapter_folder() / "results.json").read_text(encoding="utf-8"))["collections"]
    table = adapter_elsewhere(dims=(32, 64))
    assert len(table.rows) == 2 * len(results)
    assert table.rows[0][0].startswith("pydocs") and table.rows[1][0] == ""
    assert table.rows[0][4] == f"{results['pydocs']['quality']['adapter']['nDCG@10']['32'][0]:.3f}"
    assert table.rows[0][6] == f"{results['pydocs']['funnel']['adapter']['100']['share_of_full']:.1%}"


@pytest.mark.parametrize("wrong", [{"dims": (33,)}, {"shortlist": 7}])
def test_what_was_not_measured_is_refused(wrong):
    with pytest.raises(ValueError, match="was not measured"):
        adapter_elsewhere(**wrong)
