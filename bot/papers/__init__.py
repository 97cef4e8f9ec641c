"""文书: the official form, the letters of the procedure, the electronic permit, and the dossier (一人一档)."""
