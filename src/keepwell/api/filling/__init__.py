"""How the API's shapes are filled from what the rooms answer; the shapes themselves know no room."""
