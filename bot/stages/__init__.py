"""How far every school is with its rollover: found once, stored, and found anew where something changed."""
