"""Who is who: personal values in one form, and the keys that link parties."""
