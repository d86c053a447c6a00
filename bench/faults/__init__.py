"""Kills workers while news is due, and counts afterwards what was lost or done twice."""
