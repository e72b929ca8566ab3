"""The values that provisioning works on: what a MIS holds, what the directory holds, what should change."""
