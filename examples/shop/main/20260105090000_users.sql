-- People who can sign in. The busiest table of the shop: every request reads it.
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  legacy_phone text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX users_created_at ON users (created_at);
