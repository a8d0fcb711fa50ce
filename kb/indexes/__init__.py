"""The kinds of index that are built in; `kb/index.py` says what each must do."""
