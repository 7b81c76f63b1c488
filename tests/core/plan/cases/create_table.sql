-- expect: CREATE TABLE public\.users
-- before
-- after
CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL DEFAULT 'x');
COMMENT ON TABLE users IS 'people';
CREATE INDEX users_name ON users (name);
