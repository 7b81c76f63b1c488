-- expect: ADD VALUE 'a' BEFORE 'b'
-- expect: ADD VALUE 'd'$
-- before
CREATE TYPE e AS ENUM ('b', 'c');
CREATE TABLE t (x e);
-- after
CREATE TYPE e AS ENUM ('a', 'b', 'bb', 'c', 'd');
CREATE TABLE t (x e DEFAULT 'd');
