"""Staff and residents talking: words, files and edits across, topics, and promised times."""
