-- USING only where the server needs to be told.
-- expect: ALTER COLUMN a TYPE bigint(,|$)
-- expect: ALTER COLUMN b TYPE integer USING b::integer
-- expect: ALTER COLUMN c DROP DEFAULT, ALTER COLUMN c TYPE boolean USING c::boolean, ALTER COLUMN c SET DEFAULT true
-- before
CREATE TABLE t (a int DEFAULT 0, b text, c text DEFAULT 'yes', d varchar(10) DEFAULT 'x', e int[], f timestamp, g uuid, h text COLLATE "C");
CREATE INDEX ON t (a);
CREATE INDEX ON t (lower(d));
-- after
CREATE TABLE t (a bigint DEFAULT 0, b int, c boolean DEFAULT true, d text DEFAULT 'x', e bigint[], f timestamptz, g text, h text);
CREATE INDEX ON t (a);
CREATE INDEX ON t (lower(d));
