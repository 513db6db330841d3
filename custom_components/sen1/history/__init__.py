"""History: the recorder, read back and written, and files in and out."""
