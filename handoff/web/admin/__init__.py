"""The administrators' screens: plain forms, served and checked here, that work without scripts."""
