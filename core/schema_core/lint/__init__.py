"""Replay, observe, judge: from new migration files to findings."""
