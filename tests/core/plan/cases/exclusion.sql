-- before
CREATE TABLE t (a int4range, b int4range);
ALTER TABLE t ADD CONSTRAINT one EXCLUDE USING gist (a WITH &&);
-- after
CREATE TABLE t (a int4range, b int4range);
ALTER TABLE t ADD CONSTRAINT one EXCLUDE USING gist (b WITH &&);
