-- before
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS (a * 3) STORED, d int, e int);
CREATE INDEX t_b ON t (b);
CREATE VIEW v AS SELECT b FROM t;
-- after
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 4) STORED, c int, d int GENERATED ALWAYS AS (a + 1) STORED, e int);
CREATE INDEX t_b ON t (b);
CREATE VIEW v AS SELECT b FROM t;
