"""A sentence-transformers model of two thin layers with chance weights: tuned in a second, no good."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

WIDTH = 32


def make_tiny_encoder(folder: Path, texts: Sequence[str]) -> Path:
    """The model's folder, in safetensors, with a word piece for each word of the texts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    words = sorted({word for text in texts for word in text.lower().split()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    bare = folder / "bare"
    bare.mkdir(parents=True)
    (bare / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    with torch.random.fork_rng():
        torch.manual_seed(5)
        config = BertConfig(
            vocab_size=len(pieces),
            hidden_size=WIDTH,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=2 * WIDTH,
            max_position_embeddings=64,
        )
        BertModel(config).save_pretrained(bare)
    BertTokenizerFast(vocab_file=str(bare / "vocab.txt"), model_max_length=64).save_pretrained(bare)
    layers = [Transformer(str(bare), max_seq_length=64), Pooling(WIDTH), Normalize()]
    SentenceTransformer(modules=layers, device="cpu").save(str(folder / "tiny"))
    return folder / "tiny"
