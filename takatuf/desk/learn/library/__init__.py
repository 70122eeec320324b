"""The desk's side of the library: cards are written, published, corrected and withdrawn."""
