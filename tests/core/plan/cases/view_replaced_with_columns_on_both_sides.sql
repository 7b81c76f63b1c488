-- The view needs the new column and gives up the old one, so the table is altered twice.
-- before
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t WHERE b > 0;
-- after
CREATE TABLE t (a int, c int);
CREATE VIEW v AS SELECT a FROM t WHERE c > 0;
