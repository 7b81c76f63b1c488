"""The observer reads only what a statement touched; what it knows afterwards is what a whole inspection finds."""

from __future__ import annotations

import pytest

from schema_core.dialects.postgres.dialect import PostgresDialect
from schema_core.dialects.protocol import Scope
from schema_core.sqltext.source import SourceText

SCRIPTS = {
    "partitions": """
        CREATE TABLE e (at date NOT NULL, k text, PRIMARY KEY (at)) PARTITION BY RANGE (at);
        CREATE INDEX ek ON e (k);
        CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE TABLE e2 (at date NOT NULL, k text);
        ALTER TABLE e1 ALTER k SET DEFAULT 'x';
        COMMENT ON INDEX e1_k_idx IS 'z';
        ALTER TABLE e ATTACH PARTITION e2 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        ALTER TABLE e2 ADD CHECK (k <> '');
        ALTER TABLE e ADD COLUMN n bigint;
        ALTER TABLE e ALTER COLUMN n TYPE integer;
        ALTER TABLE e DETACH PARTITION e1;
        ALTER INDEX ek RENAME TO ek2;
        ALTER TABLE e RENAME TO f;
        DROP TABLE f;
    """,
    "inheritance": """
        CREATE TABLE p (id int, n int CHECK (n > 0));
        CREATE TABLE c (z int) INHERITS (p);
        ALTER TABLE c ALTER z SET DEFAULT 5;
        ALTER TABLE p ADD COLUMN t text NOT NULL DEFAULT '';
        ALTER TABLE c NO INHERIT p;
        ALTER TABLE c DROP COLUMN n;
    """,
    "keys": """
        CREATE TABLE u (id int PRIMARY KEY, k text UNIQUE);
        CREATE TABLE o (id serial PRIMARY KEY, u_id int REFERENCES u, x int);
        ALTER TABLE u ALTER id TYPE bigint;
        ALTER TABLE o ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES u NOT VALID;
        ALTER TABLE o VALIDATE CONSTRAINT f;
        CREATE UNIQUE INDEX ui ON o (x);
        ALTER TABLE o ADD CONSTRAINT uq UNIQUE USING INDEX ui;
        ALTER TABLE o DROP CONSTRAINT uq, ADD CONSTRAINT uq UNIQUE (x, u_id);
        REINDEX TABLE o;
        CLUSTER o USING o_pkey;
        ALTER TABLE u DROP COLUMN id CASCADE;
    """,
    "views": """
        CREATE TABLE t (id int, x int);
        CREATE VIEW v AS SELECT * FROM t;
        CREATE MATERIALIZED VIEW m AS SELECT * FROM v;
        CREATE UNIQUE INDEX mi ON m (id);
        REFRESH MATERIALIZED VIEW m;
        ALTER TABLE t RENAME COLUMN x TO y;
        CREATE OR REPLACE VIEW v AS SELECT id, y AS x, 1 AS one FROM t;
        DROP TABLE t CASCADE;
    """,
    "types": """
        CREATE TYPE s AS ENUM ('a');
        CREATE DOMAIN d AS int DEFAULT 1;
        CREATE TABLE t (s s, d d, a s[]);
        ALTER TYPE s ADD VALUE 'b';
        ALTER DOMAIN d ADD CONSTRAINT positive CHECK (VALUE > 0);
        ALTER TYPE s RENAME TO s2;
        CREATE SCHEMA app;
        ALTER TABLE t SET SCHEMA app;
        ALTER SCHEMA app RENAME TO shop;
        DROP TYPE s2 CASCADE;
        DROP SCHEMA shop CASCADE;
    """,
}


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_the_state_is_that_of_a_whole_inspection(name: str, each_major_database: str) -> None:
    dialect = PostgresDialect()
    session = dialect.connect(each_major_database)
    try:
        observer = session.observer()
        for statement in dialect.split(SourceText("1.sql", SCRIPTS[name].encode())):
            observer.observe(statement)
            state, whole = observer.state(), session.inspect(Scope())
            assert state.realm == whole.realm, statement.text
            assert state.identities == whole.identities, statement.text
    finally:
        session.close()
