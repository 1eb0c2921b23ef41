-- The history of a run, and the things outside of it that its bits depend on. Columns of older runs are NULL.

-- All events of a run besides its steps, for example an evaluation that failed.
CREATE TABLE event (
  id INTEGER NOT NULL PRIMARY KEY,
  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX event_run ON event (run, step);

-- A JSON object of texts: versions, processor, instruction set, size of the thread team.
ALTER TABLE run ADD COLUMN platform TEXT;

-- The absolute path of the data set's folder that was named with --data.
ALTER TABLE run ADD COLUMN data TEXT;
