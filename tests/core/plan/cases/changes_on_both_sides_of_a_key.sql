-- Two changed tables, one of which refers to the other, under views over both: what depends on either is in the proof.
-- before
CREATE TABLE users (id int PRIMARY KEY, name varchar(50));
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users, total numeric(10, 2));
CREATE VIEW named AS SELECT o.id, u.name FROM orders o JOIN users u ON u.id = o.user_id;
CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
CREATE UNIQUE INDEX ON totals (user_id);
-- after
CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, user_id bigint REFERENCES users, total numeric(12, 2));
CREATE VIEW named AS SELECT o.id, u.name FROM orders o JOIN users u ON u.id = o.user_id;
CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
CREATE UNIQUE INDEX ON totals (user_id);
