"""The import contracts that a project declares for import-linter in its ``pyproject.toml``."""

from typing import Any

from autovet.project.project import Project


def broken_contract(importer: str, target: str, project: Project) -> str | None:
    """The name of a contract that forbids one module to import another; None when none does."""
    tool = project.pyproject.get("tool")
    linter = tool.get("importlinter") if isinstance(tool, dict) else None
    contracts = linter.get("contracts") if isinstance(linter, dict) else None
    for contract in contracts if isinstance(contracts, list) else []:
        if isinstance(contract, dict) and _forbidden(target, importer, contract):
            return str(contract.get("name", contract.get("type", "")))
    return None


def _forbidden(target: str, importer: str, contract: dict[str, Any]) -> bool:
    if contract.get("type") == "forbidden":
        return _within(importer, contract.get("source_modules")) and _within(
            target, contract.get("forbidden_modules")
        )
    if contract.get("type") != "layers":
        return False
    containers = contract.get("containers") or [""]
    layers = contract.get("layers")
    for container in containers if isinstance(layers, list) else []:
        ranks: dict[str, int] = {}
        for rank, layer in enumerate(layers or []):
            for name in str(layer).replace("|", ":").split(":"):
                bare = name.strip().strip("()")
                ranks[f"{container}.{bare}" if container else bare] = rank
        inner = max((r for n, r in ranks.items() if _within(importer, [n])), default=None)
        outer = max((r for n, r in ranks.items() if _within(target, [n])), default=None)
        if inner is not None and outer is not None and outer < inner:
            return True
    return False


def _within(name: str, packages: object) -> bool:
    listed = packages if isinstance(packages, list) else []
    return any(name == p or name.startswith(f"{p}.") for p in listed)
