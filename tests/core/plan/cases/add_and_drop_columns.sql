-- One ALTER TABLE for all clauses of a table; the server drops the index with its column.
-- expect: ^ALTER TABLE public\.users DROP COLUMN old, ADD COLUMN age integer DEFAULT 3 NOT NULL, ADD COLUMN note text$
-- before
CREATE TABLE users (id bigint PRIMARY KEY, old text);
CREATE INDEX users_old ON users (old);
CREATE TABLE other (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
COMMENT ON COLUMN users.old IS 'was';
-- after
CREATE TABLE users (id bigint PRIMARY KEY, age int NOT NULL DEFAULT 3, note text);
COMMENT ON COLUMN users.note IS 'about';
CREATE TABLE other (a int);
