-- before
CREATE TABLE t (a int, b int NOT NULL, c int, d int NOT NULL);
-- after
CREATE TABLE t (a int NOT NULL, b int, c int PRIMARY KEY, d int NOT NULL);
