"""The Python of the pages: what `labs.js` and `exercises.js` ask of it. It travels in the course's wheel."""
