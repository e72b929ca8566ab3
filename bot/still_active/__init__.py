"""Accounts that live on although their people have left, or have no row in the MIS."""
