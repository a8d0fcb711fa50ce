"""The studio, its JSON and the public help centre."""
