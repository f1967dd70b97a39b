"""Untrusted bytes in, checked arrays out; whatever does not fit is a DataError that names the file."""
