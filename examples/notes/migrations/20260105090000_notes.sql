CREATE TABLE authors (
  id integer PRIMARY KEY,
  name text NOT NULL
);
CREATE TABLE notes (
  id integer PRIMARY KEY AUTOINCREMENT,
  author_id integer NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
  title text,
  body text NOT NULL,
  pinned integer NOT NULL DEFAULT 0
);
CREATE INDEX notes_author ON notes (author_id);
CREATE TRIGGER notes_kept BEFORE DELETE ON notes WHEN old.pinned BEGIN
  SELECT raise(ABORT, 'a pinned note stays');
END;
