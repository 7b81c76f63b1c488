-- before
CREATE TABLE t (a text DEFAULT 'x' CHECK (a IN ('x', 'y')), b text);
CREATE INDEX ON t (a) WHERE a = 'x';
-- after
CREATE TYPE e AS ENUM ('x', 'y');
CREATE TABLE t (a e DEFAULT 'x', b e[]);
CREATE INDEX ON t (a) WHERE a = 'x';
