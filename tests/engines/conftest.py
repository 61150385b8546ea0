"""What the tests of all engines that keep a record need."""

import asyncio

import pytest

from autovet.adapters.store.sql_store import SqlStore


@pytest.fixture
def play(tmp_path, request):
    """Run a scenario of the module's own ``Scene`` on a store of its own."""

    def run(scenario):
        async def main():
            store = SqlStore(f"sqlite:///{tmp_path / 'store.db'}")
            try:
                await scenario(request.module.Scene(store))
            finally:
                await store.aclose()

        asyncio.run(main())

    return run
