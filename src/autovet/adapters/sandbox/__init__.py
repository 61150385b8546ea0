"""Runs code that nobody trusts, behind as many walls as the host can put up."""

from autovet.adapters.sandbox.zygote_sandbox import ZygoteSandbox

__all__ = ["ZygoteSandbox"]
