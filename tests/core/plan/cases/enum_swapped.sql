-- Values removed and moved: another type takes the name, with defaults, arrays, indexes, checks and views.
-- before
CREATE TYPE e AS ENUM ('a', 'b', 'c');
COMMENT ON TYPE e IS 'letters';
CREATE TABLE t (id int, x e NOT NULL DEFAULT 'a', y e[] DEFAULT ARRAY['a'::e], CONSTRAINT fine CHECK (x <> 'b'::e));
CREATE INDEX t_x ON t (x);
CREATE INDEX t_part ON t (id) WHERE x = 'a'::e;
CREATE VIEW v AS SELECT x FROM t WHERE x = 'a'::e;
-- after
CREATE TYPE e AS ENUM ('c', 'a', 'b');
COMMENT ON TYPE e IS 'letters';
CREATE TABLE t (id int, x e NOT NULL DEFAULT 'a', y e[] DEFAULT ARRAY['a'::e], CONSTRAINT fine CHECK (x <> 'b'::e));
CREATE INDEX t_x ON t (x);
CREATE INDEX t_part ON t (id) WHERE x = 'a'::e;
CREATE VIEW v AS SELECT x FROM t WHERE x = 'a'::e;
