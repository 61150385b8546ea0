"""Brings a database to the current tables with alembic."""

import threading

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from autovet.adapters.store.schema import HEAD, metadata
from autovet.domain.errors import StoreError

_ALEMBIC_CONTEXT = threading.Lock()
"""Alembic keeps the running migration in a variable of its module, so one at a time."""


def upgrade(connection: sa.Connection) -> None:
    """Run the steps that are missing and create missing tables, in the connection's transaction.

    Raises:
        StoreError: the database was written by a newer version of Autovet.
    """
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "autovet.adapters.store:migrations")
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StoreError(
            f"the database has schema {current}, which is newer than the {HEAD} that this version "
            "of Autovet knows: upgrade Autovet, or point it to another database"
        )
    with _ALEMBIC_CONTEXT:
        command.upgrade(config, "head")
    # Somebody may have dropped a table of a database that is current by its number.
    metadata.create_all(connection)
