-- before
CREATE TABLE t (id serial PRIMARY KEY);
CREATE TABLE gone (id serial PRIMARY KEY, t int REFERENCES t);
-- after
CREATE TABLE t (id bigserial PRIMARY KEY);
CREATE TABLE new (id serial PRIMARY KEY);
