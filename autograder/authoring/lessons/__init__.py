"""Lessons and the reference are read; stubs are cut; notebooks and scripts are written."""
