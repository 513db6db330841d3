"""Tests of the screens without a login."""
