"""What holds without a database: the entry's form, the tree over it and the signed note."""
