"""Every rule of every engine, with its documentation; no engine is started."""

from autovet.adapters.lsp.rule_table import RuleTable
from autovet.checks.registry import all_checks
from autovet.domain.rule import Rule
from autovet.validation.rules import RULES


def all_rules() -> dict[str, Rule]:
    """Rules by id, sorted; ours win where engines share one."""
    theirs = {
        rule.id: rule
        for engine in ("ty", "ruff")
        for rule in RuleTable.load(f"autovet.adapters.{engine}", engine).rules
    }
    ours = {rule.id: rule for rule in (*RULES, *(check.rule for check in all_checks()))}
    return dict(sorted((theirs | ours).items()))
