-- before
CREATE SCHEMA gone;
CREATE TABLE gone.t (a int);
CREATE TYPE gone.e AS ENUM ('a');
-- after
CREATE SCHEMA "New";
COMMENT ON SCHEMA "New" IS 'fresh';
CREATE TABLE "New"."Table" ("Column" int PRIMARY KEY, "select" text);
CREATE TABLE r (a int REFERENCES "New"."Table");
