"""一人一档: the dossier of a case, of a person or of a month as one ZIP that proves by itself that it is whole."""
