-- Created in a circle, dropped in another.
-- before
CREATE TABLE x (id int PRIMARY KEY, y int);
CREATE TABLE y (id int PRIMARY KEY, x int REFERENCES x);
ALTER TABLE x ADD FOREIGN KEY (y) REFERENCES y;
CREATE TABLE z (id int PRIMARY KEY REFERENCES x);
-- after
CREATE TABLE a (id int PRIMARY KEY, b int, me int REFERENCES a);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
