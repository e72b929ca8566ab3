"""The guide as data: FAQ entries, flows, key dates, contacts. Imports no other package of ours."""
