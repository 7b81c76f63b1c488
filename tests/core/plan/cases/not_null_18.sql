-- from 18
-- before
CREATE TABLE t (a int CONSTRAINT one NOT NULL, b int, c int);
ALTER TABLE t ADD CONSTRAINT late NOT NULL b NOT VALID;
-- after
CREATE TABLE t (a int CONSTRAINT two NOT NULL, b int CONSTRAINT late NOT NULL, c int CONSTRAINT three NOT NULL);
COMMENT ON CONSTRAINT three ON t IS 'third';
