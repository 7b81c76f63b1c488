-- A chain of views over a retyped column is dropped and made again with comments, options and indexes.
-- before
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE VIEW v1 WITH (security_barrier) AS SELECT id, n FROM t;
COMMENT ON VIEW v1 IS 'first';
COMMENT ON COLUMN v1.n IS 'number';
CREATE VIEW v2 AS SELECT n + 1 AS m FROM v1;
CREATE MATERIALIZED VIEW mv AS SELECT m FROM v2;
CREATE UNIQUE INDEX mv_m ON mv (m);
CREATE VIEW apart AS SELECT id FROM t;
-- after
CREATE TABLE t (id int PRIMARY KEY, n bigint);
CREATE VIEW v1 WITH (security_barrier) AS SELECT id, n FROM t;
COMMENT ON VIEW v1 IS 'first';
COMMENT ON COLUMN v1.n IS 'number';
CREATE VIEW v2 AS SELECT n + 1 AS m FROM v1;
CREATE MATERIALIZED VIEW mv AS SELECT m FROM v2;
CREATE UNIQUE INDEX mv_m ON mv (m);
CREATE VIEW apart AS SELECT id FROM t;
