"""Sheets: what one layer holds and makes of a sample, as numbers first and as pictures on paper then."""
