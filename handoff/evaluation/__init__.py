"""How good case summaries are, measured on conversations that people have labelled."""
