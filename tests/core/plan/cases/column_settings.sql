-- before
CREATE TABLE t (a text, b text, c int);
ALTER TABLE t ALTER a SET STATISTICS 100, ALTER a SET (n_distinct = 5), ALTER b SET COMPRESSION pglz;
COMMENT ON COLUMN t.a IS 'old';
-- after
CREATE TABLE t (a text, b text, c int);
ALTER TABLE t ALTER a SET STATISTICS 200, ALTER b SET STORAGE EXTERNAL, ALTER c SET (n_distinct = 7);
COMMENT ON COLUMN t.b IS 'new';
