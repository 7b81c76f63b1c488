-- before
CREATE TABLE t (a int, b text, c jsonb);
CREATE INDEX same ON t (a) WHERE a > 0;
CREATE INDEX i1 ON t (a);
CREATE INDEX i2 ON t (b) WITH (fillfactor=50);
CREATE INDEX i3 ON t (lower(b));
-- after
CREATE TABLE t (a int, b text, c jsonb);
CREATE INDEX same ON t (a) WHERE a > 0;
CREATE UNIQUE INDEX i1 ON t (a DESC NULLS LAST) INCLUDE (b) WHERE a IN (1, 2);
CREATE INDEX i2 ON t (b) WITH (fillfactor=60);
CREATE INDEX i3 ON t (upper(b) text_pattern_ops);
CREATE INDEX i4 ON t USING gin (c jsonb_path_ops);
COMMENT ON INDEX i4 IS 'gin';
ALTER TABLE t CLUSTER ON i2;
