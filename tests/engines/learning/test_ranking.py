"""Findings that people act on come first, and little said says little."""

import json
import random

from autovet.domain.event import FindingRecord
from autovet.engines.learning.ranking.memory import MOST_CELLS, Memory
from autovet.engines.learning.ranking.model import RankingModel


def finding(number, rule="long-function", path="app/a.py", line=None, text="total = 0"):
    return FindingRecord(
        f"f{number}", rule, "maintainability", "warning", path, line or number, text=text
    )


def test_rules_that_are_acted_on_rank_above_those_that_are_not():
    model, chance = RankingModel(), random.Random(1)
    for number in range(120):
        rule = chance.choice(["acted", "ignored"])
        path = f"app/part_{number % 9}.py"
        model.learn(finding(number, rule, path), "shop", "", acted=rule == "acted")
    good = model.worth(finding(500, "acted", "app/new.py"), "shop", "")
    bad = model.worth(finding(501, "ignored", "app/new.py"), "shop", "")
    assert good > 0.8
    assert bad < 0.2


def test_what_happens_next_to_a_finding_counts():
    model = RankingModel()
    for number in range(60):
        model.learn(finding(number, path="app/a.py"), "shop", "", acted=number < 30)
    near_acted = model.worth(finding(90, path="app/a.py", line=10), "shop", "")
    near_left = model.worth(finding(91, path="app/a.py", line=50), "shop", "")
    assert near_acted > near_left + 0.3


def test_one_outcome_does_not_make_it_sure():
    model = RankingModel()
    model.learn(finding(1), "shop", "", acted=False)
    assert 0.3 < model.worth(finding(2), "shop", "") < 0.5


def test_a_change_of_mind_is_followed():
    model = RankingModel()
    for number in range(60):
        model.learn(finding(number, path=f"app/{number}.py"), "shop", "", acted=False)
    before = model.worth(finding(1_000, path="app/x.py"), "shop", "")
    for number in range(60, 120):
        model.learn(finding(number, path=f"app/{number}.py"), "shop", "", acted=True)
    assert before < 0.2
    assert model.worth(finding(1_000, path="app/x.py"), "shop", "") > 0.5


def test_its_state_survives_json_and_goes_on_alike():
    model, chance = RankingModel(), random.Random(2)
    for number in range(40):
        model.learn(finding(number), "shop", "model-a", acted=chance.random() < 0.5)
    copy = RankingModel.from_state(json.loads(json.dumps(model.as_state())))
    asked = finding(77, line=12)
    assert abs(copy.worth(asked, "shop", "model-a") - model.worth(asked, "shop", "model-a")) < 1e-3
    assert copy.learned == 40


def test_memory_stays_bounded_and_keeps_what_was_seen_most():
    memory = Memory()
    for _ in range(5):
        memory.cell("often").count(1.0)
    for number in range(MOST_CELLS + 10):
        memory.cell(f"once-{number}").count(0.0)
    assert len(memory.cells) <= MOST_CELLS
    assert memory.cells["often"].total == 5
    for line in range(1_000):
        memory.put("file", line, "rule", 1.0)
    assert len(memory.files["file"]) <= 300
