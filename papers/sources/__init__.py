"""Asking arXiv and Crossref for the facts of a paper. No database here."""
