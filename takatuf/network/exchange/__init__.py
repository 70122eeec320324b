"""Files in: districts as GeoJSON, contact lists as CSV or XLSX. Bytes to plain values."""
