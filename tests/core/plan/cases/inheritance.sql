-- before
CREATE TABLE base (a int, b text);
CREATE TABLE child (c int) INHERITS (base);
CREATE TABLE alone (a int, b text);
-- after
CREATE TABLE base (a bigint DEFAULT 1, d text NOT NULL CHECK (d <> ''));
CREATE TABLE child (c int) INHERITS (base);
CREATE TABLE alone (a int, b text);
CREATE TABLE second () INHERITS (base);
