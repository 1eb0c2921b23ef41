-- Pictures of a run, such as the samples that its generator has drawn in the course of training.

CREATE TABLE picture (
  id INTEGER NOT NULL PRIMARY KEY,
  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  -- The kind of picture, for example `samples`.
  name TEXT NOT NULL,
  -- The step after which it was drawn.
  step INTEGER NOT NULL,
  -- The content of a PNG file.
  png BLOB NOT NULL,
  UNIQUE (run, name, step)
) STRICT;
