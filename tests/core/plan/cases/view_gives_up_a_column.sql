-- The view is replaced before the column goes.
-- expect: CREATE OR REPLACE VIEW public\.v AS
-- before
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t WHERE b > 0;
-- after
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
