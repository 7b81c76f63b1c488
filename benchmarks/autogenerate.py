"""Alembic's autogenerate from one database to another, both reflected; run with the peers' Python."""

import sys

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine

before, after = (create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1)) for url in sys.argv[1:])
desired = MetaData()
desired.reflect(after)
with before.connect() as connection:
    print(render_python_code(produce_migrations(MigrationContext.configure(connection), desired).upgrade_ops))
