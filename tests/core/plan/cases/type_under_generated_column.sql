-- before
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED CHECK (b > 0));
CREATE INDEX t_b ON t (b);
-- after
CREATE TABLE t (a bigint, b int GENERATED ALWAYS AS (a * 2) STORED CHECK (b > 0));
CREATE INDEX t_b ON t (b);
