"""A user is away until a day, and a colleague covers."""
