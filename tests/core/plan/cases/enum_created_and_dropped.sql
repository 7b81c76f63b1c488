-- before
CREATE TYPE old AS ENUM ('x');
CREATE TABLE t (a old DEFAULT 'x');
-- after
CREATE TYPE new AS ENUM ('x', 'y');
CREATE TABLE t (a new DEFAULT 'y');
