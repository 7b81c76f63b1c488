-- Every note has a title from now on. SQLite cannot say so without making the table anew.
PRAGMA foreign_keys = off;
CREATE TABLE new_notes (
  id integer PRIMARY KEY AUTOINCREMENT,
  author_id integer NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
  title text NOT NULL,
  body text NOT NULL
);
INSERT INTO new_notes (id, author_id, title, body) SELECT id, author_id, title, body FROM notes;
DROP TABLE notes;
ALTER TABLE new_notes RENAME TO notes;
CREATE INDEX notes_author ON notes (author_id);
PRAGMA foreign_keys = on;
