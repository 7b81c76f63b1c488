-- before
CREATE TABLE p (id int CONSTRAINT k PRIMARY KEY, other int);
CREATE TABLE c (p int REFERENCES p);
-- after
CREATE TABLE p (id int, other int, CONSTRAINT k PRIMARY KEY (id) INCLUDE (other));
CREATE TABLE c (p int REFERENCES p);
