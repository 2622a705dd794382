"""Reads both sides of a pair afresh and says where they do not agree: left against right, never against the past."""
