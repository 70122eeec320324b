"""Everything about one incident, taken out for an inquiry: gathered, blotted, written."""
