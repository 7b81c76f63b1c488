-- An index name moves to a table, a constraint name to another column.
-- before
CREATE TABLE t (a int CONSTRAINT u UNIQUE, b int);
CREATE TABLE x (a int);
CREATE INDEX y ON x (a);
-- after
CREATE TABLE t (a int, b int CONSTRAINT u UNIQUE);
CREATE TABLE y (a int);
CREATE TABLE x (a int);
