"""A repository's own policy file is believed little, and named."""

from autovet.domain.context import Context
from autovet.domain.policy import AdaptationRule, Policy
from autovet.validation.policy_file import PATH, parsed_policy, with_file, written_policy

TEXT = """
[[rule]]
name = "long-function"
action = "hide"
kind = "test"

[[rule]]
name = "magic-numbers"
action = "dismiss"

[[rule]]
action = "hide"
"""


def test_it_adds_its_rules_to_this_project_and_names_itself():
    plain = Policy("3-abc")
    policy = with_file(plain, Context(files={PATH: TEXT}), "shop")
    (rule,) = policy.treatments["long-function"]
    assert (rule.action, rule.kind, rule.scope, rule.origin) == ("hide", "test", "shop", "file")
    assert "magic-numbers" not in policy.treatments
    assert policy.version.startswith("3-abc+file.")
    assert plain.treatments == {}
    changed = with_file(plain, Context(files={PATH: TEXT.replace("test", "script")}), "shop")
    assert changed.version != policy.version


def test_without_a_file_or_with_a_broken_one_nothing_changes(tmp_path):
    policy = Policy("1-x")
    assert with_file(policy, Context(), "*") is policy
    assert with_file(policy, Context(files={PATH: "[[rule"}), "*") is policy
    assert with_file(policy, Context(files={PATH: "rule = 3"}), "*") is policy
    assert with_file(policy, Context(root=str(tmp_path)), "*") is policy


def test_it_is_read_from_disk_but_not_through_links(tmp_path):
    secret = tmp_path / "elsewhere.toml"
    secret.write_text(TEXT)
    root = tmp_path / "root"
    (root / ".autovet").mkdir(parents=True)
    context = Context(root=str(root))
    (root / PATH).symlink_to(secret)
    assert with_file(Policy(), context, "*").adaptations == ()
    (root / PATH).unlink()
    (root / PATH).write_text(TEXT)
    assert len(with_file(Policy(), context, "*").adaptations) == 1


def test_what_is_written_is_read_again():
    rules = (
        AdaptationRule("a-rule", "shop", "hide", {"useful": 0, "not_useful": 6}, kind="test"),
        AdaptationRule("b-rule", "shop", "threshold", {}, value=0.8),
        AdaptationRule("c-rule", "shop", "dismiss", finding_id="f"),
    )
    again = parsed_policy(written_policy(rules), "shop")
    assert [(r.rule, r.action, r.kind, r.value) for r in again] == [
        ("a-rule", "hide", "test", 0.0), ("b-rule", "threshold", "", 0.8),
    ]  # fmt: skip
