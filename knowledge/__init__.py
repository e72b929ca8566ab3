"""What the guide says, as data: FAQ entries, flows, key dates, contacts. Imports nothing of ours."""
