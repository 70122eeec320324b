"""Tables of who does what, in: HXL or any spreadsheet of a partner. Bytes to plain values."""
