"""Runs the revisions over the connection which `database.migrate` hands in, inside its transaction."""

from alembic import context

from activities.register.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
    transactional_ddl=True,
)
context.run_migrations()
