"""The studio's JSON, described: one table of operations, and the OpenAPI document made of it."""
